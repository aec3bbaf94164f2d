"""The arguments have other names than the documented ones."""
# criterion: values

import reference


def corr2d_multi_in(x, kernel):
    return reference.corr2d_multi_in(x, kernel)


def corr2d_multi_in_out(x, kernels):
    return reference.corr2d_multi_in_out(x, kernels)


def corr2d_multi_in_out_1x1(x, kernels):
    return reference.corr2d_multi_in_out_1x1(x, kernels)
