#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""atspi_walk.py MILLRACE HOME: as a screen reader sees the window.

Runs under dbus-run-session. Starts a display and the accessibility bus of its own, shows each page by the rail's own
action, and prints a line of JSON: the pages, how many parts could have the focus, and what is wrong with which.
"""
import json
import os
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

PATIENCE = 40  # seconds
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")


def wait_for(what, condition):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    sys.exit(f"timed out waiting for {what}")


def start_display():
    """Xvfb takes a free number and tells it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"],
                              pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        os.environ["DISPLAY"] = ":" + told.readline().strip()
    return server


def children(part):
    for index in range(part.get_child_count()):
        child = part.get_child_at_index(index)
        if child is not None:
            yield child


def find(part, matches):
    if matches(part):
        return part
    for child in children(part):
        found = find(child, matches)
        if found is not None:
            return found
    return None


def window_of(name):
    for application in children(Atspi.get_desktop(0)):
        if application.get_name() == name and application.get_child_count() > 0:
            return application.get_child_at_index(0)
    return None


def is_labelled(part):
    return any(relation.get_relation_type() == Atspi.RelationType.LABELLED_BY and
               relation.get_target(0).get_name() for relation in part.get_relation_set())


ROLES_OF_NOTHING = (Atspi.Role.INVALID, Atspi.Role.UNKNOWN, Atspi.Role.FILLER, Atspi.Role.PANEL)
ROLES_OF_CELLS = (Atspi.Role.TABLE_CELL, Atspi.Role.TABLE_COLUMN_HEADER, Atspi.Role.TABLE_ROW_HEADER)


def walk(part, path, seen):
    """Counts what can have the focus and is shown; what has no name or no role is noted."""
    states = part.get_state_set()
    if not states.contains(Atspi.StateType.VISIBLE) or part.get_role() in ROLES_OF_CELLS:
        return
    path = path + [part.get_name() or part.get_role_name()]
    if states.contains(Atspi.StateType.FOCUSABLE) and states.contains(Atspi.StateType.SHOWING):
        seen["focusable"] += 1
        if not part.get_name() and not is_labelled(part):
            seen["complaints"].append("no name: " + " > ".join(path[-4:]))
        if part.get_role() in ROLES_OF_NOTHING:
            seen["complaints"].append("no role: " + " > ".join(path[-4:]))
    for child in children(part):
        walk(child, path, seen)


def rail_of(window):
    """The buttons that show the pages, side by side."""
    def entries(part):
        return [child for child in children(part) if child.get_role() == Atspi.Role.CHECK_BOX]
    rail = find(window, lambda part: len(entries(part)) >= 9)
    return entries(rail) if rail else None


def press(button):
    action = button.get_action_iface()
    for index in range(action.get_n_actions()):
        if action.get_action_name(index).lower() in ("press", "toggle", "click"):
            return action.do_action(index)
    return False


def main():
    millrace, home = sys.argv[1:]
    display = start_display()
    launcher = next(path for path in LAUNCHERS if os.path.exists(path))
    bus = subprocess.Popen([launcher, "--launch-immediately"], stderr=subprocess.DEVNULL)
    environment = dict(os.environ, QT_QPA_PLATFORM="xcb", QT_ACCESSIBILITY="1", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1",
                       HOME=home, XDG_CONFIG_HOME=home, LC_ALL="C.UTF-8")
    program = subprocess.Popen([millrace, "--home", home], env=environment)
    try:
        seen = {"pages": [], "focusable": 0, "complaints": []}
        window = wait_for("the window on the accessibility bus", lambda: window_of("millrace") or window_of("Millrace"))
        entries = wait_for("the rail", lambda: rail_of(window))
        for entry in entries:
            if not press(entry):
                seen["complaints"].append("cannot be pressed: " + entry.get_name())
            wait_for(entry.get_name(), lambda: entry.get_state_set().contains(Atspi.StateType.CHECKED))
            seen["pages"].append(entry.get_name())
            walk(window, [], seen)
        seen["complaints"] = sorted(set(seen["complaints"]))
        print(json.dumps(seen))
    finally:
        for process in (program, bus, display):
            process.terminate()
            process.wait()


main()
