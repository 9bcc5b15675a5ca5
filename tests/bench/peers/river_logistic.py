# SPDX-License-Identifier: GPL-3.0-or-later
"""River's logistic regression in memory, each record predicted before it is learnt. The last column is the label.
Prints records a second. Arguments: CSV, copies."""
import csv
import sys
import time

from river import linear_model, optim

with open(sys.argv[1]) as file:
    header, *lines = csv.reader(file)
rows = [({name: float(value) for name, value in zip(header, line[:-1])}, line[-1] == '1') for line in lines]
copies = int(sys.argv[2])
model = linear_model.LogisticRegression(optim.SGD(0.01))
right = 0
began = time.perf_counter()
for _ in range(copies):
    for features, label in rows:
        right += (model.predict_proba_one(features)[True] > 0.5) == label
        model.learn_one(features, label)
print(copies * len(rows) / (time.perf_counter() - began))
