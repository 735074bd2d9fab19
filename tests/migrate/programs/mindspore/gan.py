"""A generator and a discriminator: what the first makes is passed to the second one's step."""

import mindspore as ms
from mindspore import nn, ops

generator = nn.SequentialCell(nn.Dense(4, 16), nn.ReLU(), nn.Dense(16, 2))
discriminator = nn.SequentialCell(nn.Dense(2, 16), nn.LeakyReLU(0.2), nn.Dense(16, 1))
generator.set_train()
discriminator.set_train()
adversarial_loss = nn.BCEWithLogitsLoss()
optimizer_G = nn.Adam(generator.trainable_params(), learning_rate=1e-3, beta1=0.5, beta2=0.999)
optimizer_D = nn.Adam(discriminator.trainable_params(), learning_rate=1e-3, beta1=0.5, beta2=0.999)
optimizer_G.update_parameters_name("optim_g.")
optimizer_D.update_parameters_name("optim_d.")
noise = ops.cos(ops.arange(0, 20 * 8 * 4).astype(ms.float32)).reshape(20, 8, 4)
reals = ops.sin(ops.arange(0, 20 * 8 * 2).astype(ms.float32)).reshape(20, 8, 2)


def generator_forward(z, valid):
    gen_imgs = generator(z)
    g_loss = adversarial_loss(discriminator(gen_imgs), valid)
    return g_loss, gen_imgs


def discriminator_forward(real_imgs, gen_imgs, valid, fake):
    real_loss = adversarial_loss(discriminator(real_imgs), valid)
    fake_loss = adversarial_loss(discriminator(gen_imgs), fake)
    d_loss = (real_loss + fake_loss) / 2
    return d_loss


grad_generator_fn = ms.value_and_grad(generator_forward, None, optimizer_G.parameters, has_aux=True)
grad_discriminator_fn = ms.value_and_grad(discriminator_forward, None, optimizer_D.parameters)


def train_step(z, imgs):
    valid = ops.ones((imgs.shape[0], 1), ms.float32)
    fake = ops.zeros((imgs.shape[0], 1), ms.float32)
    (g_loss, gen_imgs), g_grads = grad_generator_fn(z, valid)
    optimizer_G(g_grads)
    d_loss, d_grads = grad_discriminator_fn(imgs, gen_imgs, valid, fake)
    optimizer_D(d_grads)
    return g_loss, d_loss, gen_imgs


losses = []
for step in range(20):
    g_loss, d_loss, gen_imgs = train_step(noise[step], reals[step])
    losses.append(float(g_loss.asnumpy()) + float(d_loss.asnumpy()))
