"""Running hidden suites against submissions: a trusted process with one pytest session for all of them."""
