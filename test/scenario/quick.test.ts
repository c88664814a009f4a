import { describe, expect, test } from "vitest";
import { workloadNoun } from "../../src/model/workload.js";
import { Report } from "../../src/scenario/diagnostic.js";
import { type QuickOptions, quickScenario } from "../../src/scenario/quick.js";
import { loadText, webManifests } from "./load-fixture.js";

function quick(options: QuickOptions, text = webManifests(), file = "dir/My Deploy.yaml") {
  const report = new Report();
  const scenario = quickScenario(options, loadText(text).manifests.objects, file, report);
  return { scenario, said: report.sorted().map(({ message, hint }) => `${message} (${hint})`) };
}

const other = webManifests().replaceAll("web", "api");
const serviceNamed = (name: string, spec = "ports:"): string =>
  webManifests().split("---\n")[1]!.replace("name: web", `name: ${name}`).replace("ports:", spec);
const target = { kind: "Deployment", name: "web" };

describe("quickScenario", () => {
  test("the target is the Service that selects the only Deployment", () => {
    expect(quick({ rollout: true, rps: 500, seed: 7, duration: "2m" })).toEqual({
      said: [],
      scenario: {
        apiVersion: "kubechurn/v1alpha1",
        kind: "Scenario",
        metadata: { name: "my-deploy" },
        spec: { seed: 7, duration: "2m", traffic: [{ to: "web", rps: 500 }], churn: [{ action: "rollout", target }] },
      },
    });
  });

  test("standard input is named by what happens", () => {
    expect(quick({ rollout: true }, webManifests(), "<stdin>").scenario).toMatchObject({
      metadata: { name: "web-rollout" },
    });
  });

  test.each([
    [{ rollout: "web", image: "web:v2" }, [{ action: "rollout", target, image: "web:v2" }]],
    [{ scale: "web=5" }, [{ action: "scale", target, replicas: 5 }]],
    [{ scale: "0" }, [{ action: "scale", target, replicas: 0 }]],
    [
      { crashNode: true },
      [{ action: "crash-node", target: { node: { mode: "one", hosting: { matchLabels: { app: "web" } } } } }],
    ],
    [
      { deletePod: true },
      [{ action: "delete-pod", target: { pods: { mode: "one", selector: { matchLabels: { app: "web" } } } } }],
    ],
    [{}, []],
  ] as [QuickOptions, unknown][])("%j", (options, churn) => {
    expect(quick(options).scenario).toMatchObject({ spec: { churn } });
  });

  test("with several Deployments, a name or a target decides", () => {
    const both = `${webManifests()}---\n${other}`;
    expect(quick({ rollout: "api" }, both).scenario).toMatchObject({ spec: { traffic: [{ to: "api" }] } });
    expect(quick({ to: "http://web:80/", rollout: true }, both).scenario).toMatchObject({
      spec: { churn: [{ target }] },
    });
    expect(quick({ rollout: true }, `${webManifests()}---\n${other.split("---")[0]}`)).toMatchObject({
      said: [],
      scenario: { spec: { traffic: [{ to: "web" }], churn: [{ target }] } },
    });
    expect(quick({ rollout: true }, both).said).toEqual([
      `there is more than one ${workloadNoun()}: which one is meant? (candidates: default/web, default/api; say --rollout NAME, --scale NAME=N or --to SERVICE)`,
    ]);
  });

  test.each([
    [
      "the Service that bears its name",
      ["a", "web", "b"].map((name) => serviceNamed(name)).join("---\n"),
      "web",
      "requests go to web, none to the Service default/a, the Service default/b (choose another one with --to)",
    ],
    [
      "the Service with an address",
      `${serviceNamed("a", "clusterIP: None\n  ports:")}---\n${serviceNamed("b")}`,
      "b",
      "requests go to b, none to the Service default/a (choose another one with --to)",
    ],
    [
      "the port that speaks HTTP",
      serviceNamed("web", "ports:\n    - {name: grpc, port: 9999}\n    - {name: http, port: 9898}\n    -").replace(
        /-\n\s+- port: 80\n\s+targetPort: http/,
        "- {name: metrics, port: 9797}",
      ),
      "web:9898",
      "requests go to web:9898, none to port 9999, port 9797 (choose another one with --to)",
    ],
  ])("of several it takes %s, and names the others", (_, services, to, said) => {
    const text = `${webManifests().split("---\n")[0]}---\n${services}`;
    expect(quick({ rollout: true }, text)).toMatchObject({ said: [said], scenario: { spec: { traffic: [{ to }] } } });
  });

  test("another namespace is written out", () => {
    const text = webManifests().replaceAll(/^ {2}name: web$/gm, "  name: web\n  namespace: shop");
    expect(quick({ rollout: true }, text).scenario).toMatchObject({
      spec: { traffic: [{ to: "web.shop" }], churn: [{ target: { ...target, namespace: "shop" } }] },
    });
  });

  test.each([
    [{ rollout: "wbe" }, webManifests(), `no ${workloadNoun()} is named wbe (did you mean web?)`],
    [
      { rollout: true },
      "apiVersion: v1\nkind: Secret\n",
      `the manifests define no ${workloadNoun()} (name a file that does, or write a Scenario)`,
    ],
    [
      { rollout: true },
      webManifests("  selector: {app: web}\n  ports", "  selector: {app: x}\n  ports"),
      "no Service selects the Deployment default/web (candidates: default/web; say --to)",
    ],
    [
      { rollout: true },
      `${webManifests().split("---\n")[0]}---\n${serviceNamed("one")}---\n${serviceNamed("two")}`,
      "more than one Service selects the Deployment default/web (candidates: default/one, default/two; choose one with --to)",
    ],
    [
      { scale: "web=many" },
      webManifests(),
      "--scale web=many gives no number of replicas (for instance --scale web=3)",
    ],
    [{ image: "x" }, webManifests(), "--image needs --rollout ()"],
  ] as [QuickOptions, string, string][])("%j is refused", (options, text, message) => {
    expect(quick(options, text)).toEqual({ scenario: null, said: [message] });
  });
});
