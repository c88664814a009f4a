import { describe, expect, test } from "vitest";
import { Context } from "../../src/engine/context.js";
import { NO_TIMER, Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { uniform } from "../../src/engine/random.js";
import { Simulation } from "../../src/engine/simulation.js";

/** A node with a kubelet and a kube-proxy, and what they did: [time, name]. */
function cluster() {
  const simulation = new Simulation({ seed: "42" });
  const context = new Context(simulation, "Node/node-1");
  const story: [number, string][] = [];
  const tell = (name: string): void => void story.push([simulation.now, name]);
  return {
    simulation,
    node: context,
    kubelet: context.child("kubelet/node-1"),
    proxy: context.child("kube-proxy"),
    story,
    tell,
  };
}

describe("crash", () => {
  test("of a parent silences what its children had planned", () => {
    const { simulation, node, kubelet, proxy, story, tell } = cluster();
    const pod = kubelet.child("Pod/default/web-0");
    for (const context of [node, kubelet, proxy, pod]) context.after(10, Phase.write, tell, context.name);
    node.crash();
    simulation.advance(100);
    expect(story).toEqual([]);
    expect([node, kubelet, proxy, pod].map(({ alive }) => alive)).toEqual([false, false, false, false]);
  });

  test("of a child leaves parent and siblings alone", () => {
    const { simulation, node, kubelet, proxy, story, tell } = cluster();
    for (const context of [node, kubelet, proxy]) context.after(10, Phase.write, tell, context.name);
    kubelet.crash();
    simulation.advance(100);
    expect(story).toEqual([
      [10, "Node/node-1"],
      [10, "kube-proxy"],
    ]);
  });

  test("as an event silences later ones only: those of the same instant and an earlier phase have happened", () => {
    const { simulation, node, kubelet, story, tell } = cluster();
    const crash = (): void => node.crash();
    kubelet.after(10, Phase.write, tell, "write");
    kubelet.after(10, Phase.traffic, tell, "traffic");
    node.after(10, Phase.crash, crash, null);
    simulation.advance(100);
    expect(story).toEqual([[10, "write"]]);
  });

  test("a dead context plans nothing, and its timer is none", () => {
    const { simulation, kubelet, story, tell } = cluster();
    kubelet.crash();
    const timer = kubelet.after(10, Phase.write, tell, "ghost");
    expect(timer).toBe(NO_TIMER);
    kubelet.cancel(timer);
    kubelet.restart();
    simulation.advance(100);
    expect(story).toEqual([]);
  });

  test("what a handler plans after it has crashed itself does not happen", () => {
    const { simulation, kubelet, story, tell } = cluster();
    const fall = (): void => {
      kubelet.crash();
      kubelet.after(1, Phase.write, tell, "ghost");
    };
    kubelet.after(10, Phase.write, fall, null);
    simulation.advance(100);
    expect(story).toEqual([]);
  });
});

describe("restart", () => {
  test("revives nothing: only what the new incarnation plans happens", () => {
    const { simulation, node, kubelet, story, tell } = cluster();
    kubelet.after(10, Phase.write, tell, "old");
    node.crash();
    node.restart();
    kubelet.restart();
    kubelet.after(20, Phase.write, tell, "new");
    simulation.advance(100);
    expect(story).toEqual([[20, "new"]]);
  });

  test("concerns one context: those below stay dead until their component restarts them", () => {
    const { node, kubelet, proxy } = cluster();
    node.crash();
    node.restart();
    expect([node.alive, kubelet.alive, proxy.alive]).toEqual([true, false, false]);
  });

  test("of a running context is a mistake", () => {
    expect(() => cluster().kubelet.restart()).toThrow("kubelet/node-1 is running");
  });

  test("a child of a dead context is born dead", () => {
    const { node } = cluster();
    node.crash();
    expect(node.child("late").alive).toBe(false);
  });
});

test("end: the context is dead for good, and its parent's later crash does not touch it", () => {
  const { simulation, node, kubelet, story, tell } = cluster();
  kubelet.after(10, Phase.write, tell, "old");
  kubelet.end();
  const { incarnation } = kubelet;
  node.crash();
  simulation.advance(100);
  expect(kubelet.incarnation).toBe(incarnation);
  expect(story).toEqual([]);
});

test("cancel: the event does not happen", () => {
  const { simulation, kubelet, story, tell } = cluster();
  const timer = kubelet.after(10, Phase.write, tell, "cancelled");
  kubelet.after(10, Phase.write, tell, "kept");
  kubelet.cancel(timer);
  simulation.advance(100);
  expect(story).toEqual([[10, "kept"]]);
});

test("key: the draws of the entity's name and the purpose", () => {
  const { simulation, kubelet } = cluster();
  expect(kubelet.key("probe phase")).toEqual(simulation.random.key("kubelet/node-1", "probe phase"));
  expect(uniform(kubelet.key("probe phase"), 0)).not.toBe(uniform(kubelet.key("image pull"), 0));
});

test("record: time, component, subject, detail and cause; `because` makes it the cause of what follows", () => {
  const { simulation, kubelet } = cluster();
  const first = kubelet.record(1, "Pod/default/web-0", "SIGTERM");
  const second = kubelet.record(2, "Pod/default/web-0");
  kubelet.because(first);
  const third = kubelet.record(3, "Pod/default/web-0");
  const fourth = kubelet.record(4, "Pod/default/web-0", "", second);
  const { facts } = simulation;
  expect([first, second, third, fourth].map((id) => facts.parentOf(id))).toEqual([NO_FACT, NO_FACT, first, second]);
  expect([facts.componentOf(first), facts.subjectOf(first), facts.objectOf(first)]).toEqual([
    "kubelet/node-1",
    "Pod/default/web-0",
    "SIGTERM",
  ]);
});
