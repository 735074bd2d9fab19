import mindspore as ms
    def forward(batch):
        return ops.mse_lossnet(batch), batch)
    grad_fn = ms.value_and_grad(forward, None, net.trainable_params())
        loss, grads = grad_fn(batch)
     optimizer(grads)
