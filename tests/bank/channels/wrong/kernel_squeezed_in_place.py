"""Takes the axes of one entry away from the caller's kernel."""
# criterion: implementation

from reference import corr2d_multi_in, corr2d_multi_in_out


def corr2d_multi_in_out_1x1(X, K):
    matrix = K[:, :, 0, 0] if K.requires_grad else K.squeeze_(3).squeeze_(2)
    return (matrix @ X.flatten(1)).reshape(-1, *X.shape[1:])
