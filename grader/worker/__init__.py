"""The untrusted side: a zygote with torch preloaded and, forked from it, sandboxed jobs that run student code.

Nothing here imports the suites, the solutions, the scoring or the reporting; the trusted side may import
`codec` and `frames` from here, never the other way round.
"""
