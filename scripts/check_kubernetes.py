"""Checks deploy/kubernetes: every object against Kubernetes' own schemas, and that the kustomizations fit their files.

Where kustomize is installed, what it makes of the example is checked; else the files that it would put together.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

FOLDER = Path(__file__).parents[1] / "deploy" / "kubernetes"
VERSION = "1.34"
"""Of Kubernetes: the oldest that its makers still mend."""
Object = dict[str, Any]


def objects(text: str) -> list[Object]:
    return [found for found in yaml.safe_load_all(text) if found]


def name(found: Object) -> str:
    return f"{found['kind']} {found['metadata']['name']}"


def gather(folder: Path) -> dict[str, Object]:
    """The objects of a kustomization by kind and name, with those it builds on. Exits where something is amiss."""
    plan = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    found: dict[str, Object] = {}
    for resource in plan["resources"]:
        path = folder / resource
        for each in gather(path).values() if path.is_dir() else objects(path.read_text("utf-8")):
            if name(each) in found:
                sys.exit(f"{path}: {name(each)} is there twice")
            found[name(each)] = each
    patches = [patch["path"] for patch in plan.get("patches", [])]
    for path in patches:
        for patch in objects((folder / path).read_text("utf-8")):
            if name(patch) not in found:
                sys.exit(f"{folder / path}: there is no {name(patch)} to patch")
            check(patch, str(folder / path))
    generated = plan.get("configMapGenerator", [])
    for maker in generated:
        found[f"ConfigMap {maker['name']}"] = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": maker["name"]},
            "data": {file: (folder / file).read_text("utf-8") for file in maker["files"]},
        }
    named = {
        "kustomization.yaml",
        *plan["resources"],
        *patches,
        *(file for maker in generated for file in maker["files"]),
    }
    if unused := {path.name for path in folder.iterdir()} - named:
        sys.exit(f"{folder}: kustomization.yaml does not name {', '.join(sorted(unused))}")
    return found


def check(found: Object, where: str) -> None:
    try:
        kubernetes_validate.validate(found, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        sys.exit(f"{where}: {name(found)}: {'.'.join(map(str, error.path))}: {error.message}")


def check_names(found: dict[str, Object]) -> None:
    """What objects call each other by: a name or label that nothing has makes no error in Kubernetes, only silence."""
    pods = {
        each["metadata"]["name"]: each["spec"]["template"] for each in found.values() if each["kind"] == "Deployment"
    }
    for each in found.values():
        kind, spec = each["kind"], each.get("spec", {})
        if kind == "HorizontalPodAutoscaler" and spec["scaleTargetRef"]["name"] not in pods:
            sys.exit(f"{name(each)}: there is no such deployment")
        labels = spec.get("selector", {}) if kind == "Service" else spec.get("selector", {}).get("matchLabels", {})
        if labels and not any(labels.items() <= pod["metadata"]["labels"].items() for pod in pods.values()):
            sys.exit(f"{name(each)}: its selector fits no pod")
        for rule in spec.get("rules", []) if kind == "Ingress" else []:
            for path in rule["http"]["paths"]:
                if f"Service {path['backend']['service']['name']}" not in found:
                    sys.exit(f"{name(each)}: there is no such service")
    for owner, pod in pods.items():
        for volume in pod["spec"].get("volumes", []):
            if "configMap" in volume and f"ConfigMap {volume['configMap']['name']}" not in found:
                sys.exit(f"Deployment {owner}: there is no config map {volume['configMap']['name']}")


def main() -> None:
    found = gather(FOLDER / "example")
    check_names(found)
    if kustomize := shutil.which("kustomize"):
        built = subprocess.run([kustomize, "build", FOLDER / "example"], capture_output=True, text=True, check=True)
        found = {name(each): each for each in objects(built.stdout)}
    for each in found.values():
        check(each, "example")
    how = "as kustomize makes them" if kustomize else "before kustomize, which is not installed, puts them together"
    print(f"{len(found)} objects fit Kubernetes {VERSION}, {how}")


if __name__ == "__main__":
    main()
