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
    [["sleep", "0.5"], 0.5],
    [["sleep", "1m", "30s"], 90],
    [["sleep", "infinity"], 999_999],
    [["sh", "-c", "sleep 5", "x"], 5],
    [["sh", "-ec", "sleep 5"], 5],
    [["bash", "-e", "-o", "pipefail", "-c", "sleep 5;"], 5],
    [["env", "A=b", "sleep", "5"], 5],
    [["/bin/busybox", "sh", "-c", "exec sleep 5"], 5],
    [["sh", "-c", "echo stopping; sleep 10"], 10],
    [["sh", "-c", "# drain\nset -e\necho 'a; b' >/proc/1/fd/1 2>&1\nsleep 10 && echo done"], 10],
    [["sh", "-c", 'sleep "10" || true'], 10],
    [["sh", "-c", "sleep 2; sleep 3"], 5],
    [["sh", "-c", "true && sleep 0.1 && sleep 0.2; exit 0"], 0.3],
    [["sh", "-c", "sh -c 'sleep 7'"], 7],
  ])("%j sleeps %d s", (command, seconds) => {
    expect(sleepOfCommand(command)).toEqual({ seconds, only: true });
  });

  test.each([
    [["sh", "-c", "sleep 5 && nginx -s quit"], 5],
    [["sh", "-c", "sleep 5; kill 1"], 5],
    [["/bin/sh", "-c", "sleep 10; /usr/sbin/nginx -s quit"], 10],
    [["sh", "-c", "sleep 3\nwhile killall -0 app; do sleep 1; done"], 3],
    [["sh", "-c", "echo a && sleep 4 && $STOP"], 4],
    [["sh", "-c", "sleep 5 | tee log"], 5],
    [["bash", "-c", "sleep 5; curl -X POST localhost:15020/quitquitquit"], 5],
  ])("%j sleeps %d s before it does more", (command, seconds) => {
    expect(sleepOfCommand(command)).toEqual({ seconds, only: false });
  });

  test.each([
    [[]],
    [["sleep"]],
    [["sleep", "five"]],
    [["sleep", "99999999"]],
    [["sleep 5"]],
    [["sh", "sleep 5"]],
    [["sh", "-c"]],
    [["sh", "-c", ""]],
    [["sh", "-c", "sleep $N"]],
    [["sh", "-c", "sleep `cat /time`"]],
    [["sh", "-c", "nginx -s quit; sleep 5"]],
    [["sh", "-c", "if true; then sleep 5; fi"]],
    [["sh", "-c", "sleep 5 &"]],
    [["sh", "-c", "sleep 5 & wait"]],
    [["sh", "-c", "true || sleep 5"]],
    [["sh", "-c", "echo sleep 5"]],
    [["sh", "-c", "# sleep 5"]],
    [["sh", "-c", 'sleep "5']],
    [["nginx", "-s", "quit"]],
    [["/wait-shutdown"]],
  ])("%j does not begin with a sleep", (command) => {
    expect(sleepOfCommand(command)).toBeNull();
  });
});
