def scale(x, n):
    return x + n
