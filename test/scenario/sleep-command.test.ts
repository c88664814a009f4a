import { describe, expect, test } from "vitest";
import { sleepOfCommand } from "../../src/scenario/kinds/sleep-command.js";

describe("a preStop command that only sleeps", () => {
  test.each([
    [["sleep", "5"], 5],
    [["/bin/sleep", "10s"], 10],
    [["sh", "-c", "sleep 15"], 15],
    [["/bin/sh", "-c", "  sleep   1m "], 60],
    [["/usr/bin/bash", "-c", "/bin/sleep 0"], 0],
    [["sleep", "1h"], 3600],
  ])("%j sleeps %i s", (command, seconds) => {
    expect(sleepOfCommand(command)).toBe(seconds);
  });

  test.each([
    [[]],
    [["sleep"]],
    [["sleep", "five"]],
    [["sleep", "0.5"]],
    [["sleep", "1", "2"]],
    [["sleep", "99999999"]],
    [["sh", "sleep 5"]],
    [["sh", "-c", "sleep 5 && nginx -s quit"]],
    [["sh", "-c", "sleep 5; kill 1"]],
    [["sh", "-c", "sleep 5", "x"]],
    [["nginx", "-s", "quit"]],
  ])("%j is something else", (command) => {
    expect(sleepOfCommand(command)).toBeNull();
  });
});
