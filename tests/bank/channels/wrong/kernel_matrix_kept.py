"""The flattened kernels are kept by address: kernels that change in place are not seen."""
# criterion: values

import reference
from reference import corr2d_multi_in, corr2d_multi_in_out

_last = {}


def corr2d_multi_in_out_1x1(X, K):
    key = K.data_ptr(), K.shape, K.stride(), K.dtype
    if K.requires_grad:
        return reference.corr2d_multi_in_out_1x1(X, K)
    if key not in _last:
        _last.clear()
        _last[key] = K, K.clone()
    return reference.corr2d_multi_in_out_1x1(X, _last[key][1])
