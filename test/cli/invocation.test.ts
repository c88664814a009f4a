import { expect, test } from "vitest";
import { invocation } from "../../src/cli/invocation.js";

const PATH = "/usr/bin:/usr/local/bin";

test.each([
  ["npm start --", "/src/kubechurn/dist/cli/main.js", { npm_lifecycle_event: "start", npm_package_name: "kubechurn" }],
  ["npx kubechurn", "/home/me/.npm/_npx/1/node_modules/.bin/kubechurn", { npm_lifecycle_event: "npx" }],
  // a script of a package that depends on it, which happens to be called "start"
  [
    "npx kubechurn",
    "/src/shop/node_modules/.bin/kubechurn",
    { npm_lifecycle_event: "start", npm_package_name: "shop" },
  ],
  ["kubechurn", "/usr/local/bin/kubechurn", { PATH }],
  ["node dist/cli/main.js", "/src/kubechurn/dist/cli/main.js", { PATH }],
  ["node node_modules/.bin/kubechurn", "/src/kubechurn/node_modules/.bin/kubechurn", { PATH }],
  ["node '/opt/my tools/main.js'", "/opt/my tools/main.js", { PATH }],
])("a follow-up command begins with %s", (expected, script, environment) => {
  expect(invocation({ script, folder: "/src/kubechurn", environment })).toBe(expected);
});
