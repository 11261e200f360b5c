// Validates manifests against the schemas of Kubernetes and of the Gateway API: node kubernetes.mjs FILE...
// Prints what is wrong, one problem a line. A server drops a field that it does not know, or refuses it, so that is a problem as well.
import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import { validate as validateConfigMap } from "kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap";
import { validate as validateService } from "kubernetes-models/_schemas/IoK8sApiCoreV1Service";
import { validate as validateDeployment } from "kubernetes-models/_schemas/IoK8sApiAppsV1Deployment";
import { validate as validateBudget } from "kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget";
import { validate as validateRoute } from "@kubernetes-models/gateway-api/_schemas/IoK8sSigsGatewayApiApisV1HTTPRoute";

const validators = {
  "v1 ConfigMap": validateConfigMap,
  "v1 Service": validateService,
  "apps/v1 Deployment": validateDeployment,
  "policy/v1 PodDisruptionBudget": validateBudget,
  "gateway.networking.k8s.io/v1 HTTPRoute": validateRoute,
};

// The validators read the fields of the schema. What is never read is not in it.
function watch(value, place, unread) {
  if (value === null || typeof value !== "object") {
    return value;
  }

  const copy = Array.isArray(value) ? [] : {};
  for (const key of Object.keys(value)) {
    copy[key] = watch(value[key], `${place}/${key}`, unread);
    unread.add(`${place}/${key}`);
  }

  return new Proxy(copy, {
    get(target, key) {
      unread.delete(`${place}/${String(key)}`);
      return target[key];
    },
  });
}

function findProblems(document) {
  const manifest = document.toJS();
  const kind = `${manifest.apiVersion} ${manifest.kind}`;
  const validate = validators[kind];
  if (validate === undefined) {
    return [`${kind}: no such kind here`];
  }

  const unread = new Set();
  const errors = validate(watch(manifest, "", unread)) ? [] : validate.errors;
  return [
    ...errors.map((error) => `${kind}: ${error.instancePath} ${error.keyword} ${JSON.stringify(error.params)}`),
    ...[...unread].filter((place) => !hasParent(place, unread)).map((place) => `${kind}: ${place} unknown`),
  ];
}

function hasParent(place, unread) {
  const parent = place.slice(0, place.lastIndexOf("/"));
  return unread.has(parent) || (parent.includes("/") && hasParent(parent, unread));
}

for (const file of process.argv.slice(2)) {
  const documents = parseAllDocuments(await readFile(file, "utf8"), { version: "1.1", strict: true });
  for (const document of documents) {
    const problems = document.errors.length > 0 ? document.errors.map((error) => error.message) : findProblems(document);
    problems.forEach((problem) => console.log(`${file}: ${problem}`));
  }
}
