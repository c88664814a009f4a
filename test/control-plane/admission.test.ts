import { describe, expect, test } from "vitest";
import { ApiLog } from "../../src/apiserver/log.js";
import { installAdmission, type ServiceAllocation } from "../../src/control-plane/admission.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Simulation } from "../../src/engine/simulation.js";
import { keyOf, type Service } from "../../src/model/objects.js";
import { service } from "./objects.js";

/** Has so many things to give, and writes down in the Service's labels which one it got. */
class Numbers implements ServiceAllocation {
  readonly holders = new Map<number, string>();

  constructor(
    private readonly label: string,
    private readonly count: number,
  ) {}

  admit(given: Service): Service | { readonly refused: string } {
    for (let number = 0; number < this.count; number++) {
      if (this.holders.has(number)) continue;
      this.holders.set(number, keyOf(given));
      const { metadata } = given;
      return { ...given, metadata: { ...metadata, labels: { ...metadata.labels, [this.label]: String(number) } } };
    }
    return { refused: `no ${this.label} is left` };
  }

  release({ metadata }: Service): void {
    this.holders.delete(Number(metadata.labels[this.label]));
  }
}

describe("a Service that needs several things which no other may have", () => {
  const addresses = new Numbers("address", 9);
  const ports = new Numbers("port", 2);
  const log = new ApiLog(new Simulation({ seed: "1" }));
  installAdmission(log, [addresses, ports]);
  const create = (name: string): Service => {
    const admitted = log.admission(service(name));
    if ("refused" in admitted) throw new Error(admitted.refused);
    log.commit(admitted, false, NO_FACT);
    return admitted as Service;
  };

  test("gets all of them, or none", () => {
    expect([create("a"), create("b")].map(({ metadata }) => metadata.labels)).toMatchObject([
      { address: "0", port: "0" },
      { address: "1", port: "1" },
    ]);
    expect(() => create("c")).toThrow("no port is left");
    expect([...addresses.holders.values()]).toEqual(["default/a", "default/b"]);
  });

  test("gives all of them back when it is deleted", () => {
    log.commit(log.get("Service", "default/a")!.object, true, NO_FACT);
    expect([addresses, ports].map(({ holders }) => [...holders.values()])).toEqual([["default/b"], ["default/b"]]);
    expect(create("c").metadata.labels).toMatchObject({ address: "0", port: "0" });
  });
});
