"""The hold model in SimPy: pop one event, schedule one at now + delay.

usage: simpy_hold.py (callbacks|processes) PENDING EVENTS < delays as a JSON array
Prints nanoseconds of processor time per event; setting up the pending events is not counted.
"""
import json
import sys
import time

import simpy


def main():
    style, pending, events = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    delays = json.load(sys.stdin)
    mask = len(delays) - 1
    env = simpy.Environment()
    drawn = 0

    def hold(_event):
        nonlocal drawn
        timeout = env.timeout(delays[drawn & mask])
        drawn += 1
        timeout.callbacks.append(hold)

    def process():
        nonlocal drawn
        while True:
            delay = delays[drawn & mask]
            drawn += 1
            yield env.timeout(delay)

    if style == "callbacks":
        for _ in range(pending):
            hold(None)
    else:
        for _ in range(pending):
            env.process(process())
        for _ in range(pending):
            env.step()  # the start of a process is an event too

    step = env.step
    start = time.process_time()
    for _ in range(events):
        step()
    print((time.process_time() - start) * 1e9 / events)


main()
