#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a row costs in files of 10⁵ to 5·10⁶ rows, step by step, and the most memory each step's process had.

    tests/bench/size.py [--binary build/release/bin/millrace] [--folder /tmp/millrace-size]
                        [--rows 100000,1000000,5000000] [--topic-rows 20000000]

Files have UCI's layout (478 bytes a row), plain and gzip; --topic-rows draws so many events straight into a topic, and
trains one epoch on it. Needs 4 GB of disk for 5,000,000 rows, and 10 GB more for 20,000,000 records. Measures and never
fails on a time: other processes and a cold cache are in the figures.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys


class Millrace:
    def __init__(self, binary, home):
        self.start = [binary, "--home", home, "--json"]

    def run(self, *arguments):
        """The result's fields, the processor seconds and the peak of memory in MB of one command."""
        process = subprocess.Popen(self.start + list(map(str, arguments)), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        result = {}
        for line in process.stdout:
            event = json.loads(line)
            if event.get("event") == "result":
                result = event
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"{' '.join(map(str, arguments))}: {complaint}")
        return result, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def report(step, rows, kind, measured):
    result, processor, memory = measured
    seconds = result["seconds"]
    print(f"{step:10} {kind:6} {rows:>11,} {seconds:9.2f} {1e6 * seconds / rows:10.2f} {1e6 * processor / rows:10.2f} "
          f"{memory:8.0f}", flush=True)


def measure_file(millrace, folder, rows, ending):
    file = os.path.join(folder, f"{rows}.csv{ending}")
    kind = "gzip" if ending else "plain"
    report("simulate", rows, kind, millrace.run("simulate", "--decimals", 18, "--rows", rows, "--out", file))
    report("summarize", rows, kind, millrace.run("summarize", file))
    name = f"{kind}-{rows}"
    report("publish", rows, kind,
           millrace.run("publish", file, "--topic", f"{name}-train", "--test-topic", f"{name}-test"))
    os.remove(file)
    trained = millrace.run("train", "--topic", f"{name}-train", "--epochs", 1, "--run", name)
    report("train", trained[0]["records"], kind, trained)
    evaluated = millrace.run("evaluate", "--run", name, "--topic", f"{name}-test", "--group", name)
    report("evaluate", evaluated[0]["records"], kind, evaluated)
    for topic in (f"{name}-train", f"{name}-test"):
        millrace.run("topics", "delete", topic)


def measure_topic(millrace, rows):
    report("simulate", rows, "topic", millrace.run("simulate", "--topic", "long", "--rows", rows))
    report("train", rows, "topic", millrace.run("train", "--topic", "long", "--epochs", 1, "--run", "long"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="build/release/bin/millrace")
    parser.add_argument("--folder", default="/tmp/millrace-size")
    parser.add_argument("--rows", default="100000,1000000,5000000")
    parser.add_argument("--topic-rows", type=int, default=0)
    given = parser.parse_args()
    millrace = Millrace(given.binary, os.path.join(given.folder, "home"))
    os.makedirs(given.folder, exist_ok=True)
    millrace.run("cluster", "start")
    try:
        print("step       input         rows   seconds     µs/row CPU µs/row  peak MB", flush=True)
        for rows in map(int, filter(None, given.rows.split(","))):
            for ending in ("", ".gz"):
                measure_file(millrace, given.folder, rows, ending)
        if given.topic_rows:
            measure_topic(millrace, given.topic_rows)
    finally:
        millrace.run("cluster", "stop")
        shutil.rmtree(given.folder)


main()
