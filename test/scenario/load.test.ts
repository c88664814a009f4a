import { describe, expect, test } from "vitest";
import { loadFiles, memoryFiles, webManifests } from "./load-fixture.js";

const SCENARIO = "apiVersion: kubechurn/v1alpha1\nkind: Scenario\nspec:\n";
const SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";

const load = (texts: Readonly<Record<string, string | null>>, files: string[], manifests: string[] = []) =>
  loadFiles(memoryFiles(texts), { files, manifests });

describe("loadInputs", () => {
  test("a Scenario and manifests in one stream", () => {
    const text = `${SCENARIO}  seed: 1\n---\n${webManifests()}`;
    const { scenario, objects, inputs, said } = load({ "a.yaml": text }, ["a.yaml"]);
    expect(said).toEqual([]);
    expect(scenario!.value).toMatchObject({ spec: { seed: 1 } });
    expect(objects.deployments).toHaveLength(1);
    expect(inputs).toEqual([{ name: "a.yaml", text }]);
  });

  test("no Scenario at all", () => {
    expect(load({ "a.yaml": webManifests() }, ["a.yaml"])).toMatchObject({
      scenario: null,
      manifests: { kubeProxy: null },
      said: [],
    });
  });

  test("manifests that the Scenario names: relative paths, globs, directories, standard input; each file once", () => {
    const { said, inputs } = load(
      {
        "dir/a.yaml": `${SCENARIO}  manifests: [b.yaml, more/*.yaml, ./all, "-", b.yaml]\n`,
        "dir/b.yaml": SECRET,
        "more/c.yaml": SECRET,
        "dir/./all": null,
        "dir/./all/d.json": '{"apiVersion": "v1", "kind": "Secret"}',
        "-": SECRET,
      },
      ["dir/a.yaml"],
    );
    expect(said).toEqual([]);
    expect(inputs.map((each) => each.name)).toEqual([
      "dir/a.yaml",
      "dir/b.yaml",
      "more/c.yaml",
      "dir/./all/d.json",
      "<stdin>",
    ]);
  });

  test("-f: files, directories, and a Scenario on standard input", () => {
    const texts = { "-": `${SCENARIO}  manifests: [x.yaml]\n`, "x.yaml": SECRET, d: null, "d/y.yaml": SECRET };
    const { said, inputs, scenario } = load(texts, ["-"], ["d"]);
    expect(said).toEqual([]);
    expect(scenario!.file).toBe("<stdin>");
    expect(inputs.map((each) => each.name)).toEqual(["<stdin>", "d/y.yaml", "x.yaml"]);
  });

  test("a directory may stand for a file: all manifests and the Scenario in it", () => {
    const texts = { d: null, "d/s.yaml": SCENARIO, "d/x.yaml": webManifests() };
    const { said, scenario, objects } = load(texts, ["d"]);
    expect(said).toEqual([]);
    expect(scenario!.file).toBe("d/s.yaml");
    expect(objects.deployments).toHaveLength(1);
  });

  test("a kustomization beside manifests is told loudly, and they are taken as they are", () => {
    const texts = { d: null, "d/kustomization.yaml": "namePrefix: a-\n", "d/x.yaml": webManifests() };
    const { said, objects } = load(texts, ["d"]);
    expect(said).toEqual([
      "1:1 loud warning : this kustomization is not applied: the files beside it are taken as they are, without its changes",
    ]);
    expect(objects.deployments[0]!.metadata.name).toBe("web");
  });

  test.each([
    ["a missing file", {}, ["a.yaml"], "0:0 error : there is no such file"],
    ["an empty directory", { d: null }, ["d"], "0:0 error : the directory holds no YAML or JSON file"],
    [
      "a directory within one",
      { d: null, "d/x.yaml": null },
      ["d/x.yaml"],
      "0:0 error : the directory holds no YAML or JSON file",
    ],
    [
      "a Helm chart",
      { d: null, "d/Chart.yaml": "apiVersion: v2\nname: a\n", "d/values.yaml": "a: 1\n" },
      ["d"],
      "0:0 error : the directory holds a Helm chart, which is no manifest yet",
    ],
    [
      "a kustomization alone, without its kind",
      { "b/kustomization.yaml": "resources: [a.yaml]\n" },
      ["b/kustomization.yaml"],
      "1:1 error : a kustomization is no manifest yet",
    ],
    [
      "a kustomization alone, with its kind",
      { "a.yml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n" },
      ["a.yml"],
      "1:1 error : a kustomization is no manifest yet",
    ],
    ["an empty file", { "a.yaml": "" }, ["a.yaml"], "1:1 error : the file is empty"],
    ["standard input twice", { "-": SECRET }, ["-", "-"], "0:0 error : standard input can be read only once"],
    [
      "a missing manifest",
      { "a.yaml": `${SCENARIO}  manifests: [x, b.yaml]\n`, x: SECRET },
      ["a.yaml"],
      '4:18 error spec.manifests[1]: "b.yaml": there is no such file',
    ],
    [
      "a glob without match",
      { "a.yaml": `${SCENARIO}  manifests: ["x/*"]\n` },
      ["a.yaml"],
      '4:15 error spec.manifests[0]: "x/*": no file matches',
    ],
    [
      "an empty directory among the manifests",
      { "a.yaml": `${SCENARIO}  manifests: [d]\n`, d: null },
      ["a.yaml"],
      '4:15 error spec.manifests[0]: "d": the directory holds no YAML or JSON file',
    ],
    [
      "another version",
      { "a.yaml": "apiVersion: kubechurn/v2\nkind: Scenario\n" },
      ["a.yaml"],
      '1:13 error apiVersion: Scenarios of "kubechurn/v2" are not known here',
    ],
    [
      "another group",
      { "a.yaml": "apiVersion: example.com/v1\nkind: Scenario\n" },
      ["a.yaml"],
      '1:13 error apiVersion: Scenarios of "example.com/v1" are not known here',
    ],
    [
      "another kind",
      { "a.yaml": "apiVersion: kubechurn/v1alpha1\nkind: Szenario\n" },
      ["a.yaml"],
      '2:7 error kind: kubechurn/v1alpha1 has no kind "Szenario"',
    ],
    [
      "two Scenarios",
      { "a.yaml": `${SCENARIO}  {}\n---\n${SCENARIO}  {}\n` },
      ["a.yaml"],
      "7:7 error kind: a second Scenario: the first is at a.yaml:2",
    ],
    [
      "a Scenario in a manifest",
      { "a.yaml": `${SCENARIO}  manifests: [b.yaml]\n`, "b.yaml": `${SCENARIO}  {}\n` },
      ["a.yaml"],
      "2:7 error kind: a second Scenario: the first is at a.yaml:2",
    ],
  ] as [string, Record<string, string | null>, string[], string][])("%s is an error", (_, texts, files, message) => {
    expect(load(texts, files).said).toEqual([message]);
  });

  test("an unreadable file and one that is no text", () => {
    for (const reason of ["unreadable", "too large", "not UTF-8"] as const) {
      const files = { ...memoryFiles({}), read: () => ({ ok: false, reason }) as const };
      expect(loadFiles(files, { files: ["a.yaml"] }).report.failed).toBe(true);
    }
  });
});
