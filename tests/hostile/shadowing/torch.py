def answer(x, n):
    return x * n
