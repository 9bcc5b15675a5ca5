# SPDX-License-Identifier: GPL-3.0-or-later
"""The tutorial of tensorflow-io on Kafka: what Millrace's users come from. Prints the seconds of each epoch.
Arguments: broker, topic, records, epochs. Needs tensorflow-cpu 2.15, tensorflow-io 0.36, numpy below 2, and a broker
older than Kafka 4."""
import os
import sys
import time

os.environ['TF_CPP_MIN_LOG_LEVEL'] = '2'
import tensorflow as tf
import tensorflow_io as tfio

broker, topic, epochs = sys.argv[1], sys.argv[2], int(sys.argv[4])


def decode(message):
    return tf.io.decode_csv(message.message, [[0.0] for _ in range(18)]), tf.strings.to_number(message.key)


rows = tfio.IODataset.from_kafka(topic, partition=0, offset=0, servers=broker).shuffle(64).map(decode).batch(64)
layers = tf.keras.layers
model = tf.keras.Sequential([
    layers.Input(shape=(18,)), layers.Dense(128, activation='relu'), layers.Dropout(.2),
    layers.Dense(256, activation='relu'), layers.Dropout(.4), layers.Dense(128, activation='relu'),
    layers.Dropout(.4), layers.Dense(1, activation='sigmoid')])
model.compile(optimizer='adam', loss=tf.keras.losses.BinaryCrossentropy(), metrics=['accuracy'])


class Clock(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.time()

    def on_epoch_end(self, epoch, logs=None):
        assert logs['accuracy'] > 0.7, logs
        print(time.time() - self.began, flush=True)


model.fit(rows, epochs=epochs, verbose=0, callbacks=[Clock()])
