import { Context } from "../../src/engine/context.js";
import { Simulation } from "../../src/engine/simulation.js";
import type { Cluster } from "../../src/model/cluster.js";
import { type ApiObject, type Deployment, keyOf, type Node, type Pod, type PodSpec } from "../../src/model/objects.js";
import type { PathRule } from "../../src/model/verdict.js";
import { createTopology } from "../../src/network/topology.js";
import {
  buildContainer,
  buildDeployment,
  buildNode,
  buildPod,
  buildPodSpec,
  buildPodTemplate,
} from "../support/objects.js";

const SPEC: PodSpec = buildPodSpec({
  containers: ["main", "sidecar"].map((name) => buildContainer({ name, image: `${name}:v1` })),
});

export function pod(name: string, nodeName = "node-1", change: Partial<Pod["metadata"]> = {}): Pod {
  return buildPod(name, { labels: { app: "web" }, change, spec: { ...SPEC, nodeName }, status: { phase: "Running" } });
}

export function node(name: string, zone = "a", ready: "True" | "Unknown" = "True"): Node {
  return buildNode(name, { labels: { "topology.kubernetes.io/zone": zone }, status: { ready } });
}

export function deployment(name: string): Deployment {
  return buildDeployment(name, { replicas: 3, template: buildPodTemplate({ app: name }, SPEC), rollingUpdate: null });
}

/** A cluster of plain objects that writes down what is done to it, as "time in s: what". */
export class FakeCluster implements Cluster {
  readonly simulation: Simulation;
  readonly context: Context;
  readonly done: string[] = [];
  readonly objects = new Map<string, ApiObject>();

  constructor(objects: readonly ApiObject[], seed = "1") {
    this.simulation = new Simulation({ seed });
    this.context = new Context(this.simulation, "churn");
    for (const object of objects) this.objects.set(`${object.kind}/${keyOf(object)}`, object);
  }

  readonly api: Cluster["api"] = {
    list: (kind) => [...this.objects.values()].filter((object) => object.kind === kind) as never,
    get: (kind, key) => (this.objects.get(`${kind}/${key}`) ?? null) as never,
    patch: (kind, key, detail, change) => {
      const changed = change(this.objects.get(`${kind}/${key}`) as never);
      this.#note(`patch ${kind}/${key} ${detail}${changed === null ? " (no change)" : ""}`);
      if (changed !== null) this.objects.set(`${kind}/${key}`, changed);
    },
    delete: (kind, key, grace) => this.#note(`delete ${kind}/${key}${grace === undefined ? "" : ` grace ${grace}`}`),
  };

  readonly components: Cluster["components"] = {
    find: ({ component, node, pod, container }) => {
      const where = [node, pod, container].filter((part) => part !== undefined).join(" ");
      const name = where === "" ? component : `${component} ${where}`;
      return {
        stop: (how, until) => this.#note(`${how} ${name}${until === undefined ? "" : ` until ${until / 1e6}`}`),
        start: () => {
          this.#note(`start ${name}`);
        },
      };
    },
    configure: (component, text) => {
      this.#note(`configure ${component} with ${text.length} characters`);
    },
  };

  readonly rules: PathRule[] = [];

  readonly network: Cluster["network"] = {
    topology: createTopology(
      ["node-1", "node-2"].map((name, index) => ({ index, name, zone: "ab"[index]!, pool: "node", address: index })),
      { sameNode: 1, sameZone: 1, crossZone: 1 },
    ),
    addRule: (rule) => {
      this.rules.push(rule);
      this.#note("a rule is added");
    },
    removeRule: (rule) => {
      this.rules.splice(this.rules.indexOf(rule), 1);
      this.#note("a rule is removed");
    },
  };

  run(): void {
    this.simulation.advance(1e6);
  }

  #note(text: string): boolean {
    this.done.push(`${this.context.now / 1e6}: ${text}`);
    return true;
  }
}
