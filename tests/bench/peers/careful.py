# SPDX-License-Identifier: GPL-3.0-or-later
"""What a careful Python user writes: decoding by NumPy, thousands of records at once, and no synchronisation per step.
Prints the seconds of each epoch. Arguments: broker, topic, records, epochs."""
import sys
import time

import numpy as np
import torch
from confluent_kafka import Consumer, TopicPartition
from torch import nn

broker, topic, records, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(1)
model = nn.Sequential(
    nn.Linear(18, 128), nn.ReLU(), nn.Dropout(.2), nn.Linear(128, 256), nn.ReLU(), nn.Dropout(.4),
    nn.Linear(256, 128), nn.ReLU(), nn.Dropout(.4), nn.Linear(128, 1))
optimizer = torch.optim.Adam(model.parameters())
loss_of = nn.BCEWithLogitsLoss()
random = np.random.default_rng(0)


def chunks():
    consumer = Consumer({'bootstrap.servers': broker, 'group.id': 'careful', 'enable.auto.commit': False})
    consumer.assign([TopicPartition(topic, 0, 0)])
    read = 0
    while read < records:
        messages = consumer.consume(min(8192, records - read), 1.0)
        if not messages:
            continue
        read += len(messages)
        x = np.fromstring(b','.join(m.value() for m in messages), sep=',', dtype=np.float32).reshape(-1, 18)
        y = np.fromstring(b','.join(m.key() for m in messages), sep=',', dtype=np.float32)
        order = random.permutation(len(y))
        yield torch.from_numpy(x[order]), torch.from_numpy(y[order])[:, None]
    consumer.close()


for epoch in range(epochs):
    began = time.time()
    loss_sum, correct = torch.zeros(()), torch.zeros((), dtype=torch.long)
    for X, Y in chunks():
        for i in range(0, len(X), 64):
            x, y = X[i:i + 64], Y[i:i + 64]
            optimizer.zero_grad()
            logits = model(x)
            loss = loss_of(logits, y)
            loss.backward()
            optimizer.step()
            loss_sum += loss.detach() * len(x)
            correct += ((logits.detach() > 0) == (y > .5)).sum()
    accuracy = correct.item() / records
    assert accuracy > 0.7, accuracy
    print(time.time() - began, flush=True)
