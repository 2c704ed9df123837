import { beforeAll, expect, test } from "vitest";
import type { DockerEngine } from "../../helpers/docker/docker-engine.ts";
import { sharedDockerEngine } from "../../helpers/docker/shared-engine.ts";
import { loadTestImages } from "../../helpers/docker/test-images.ts";
import { describeWith } from "../../helpers/require.ts";
import { TestEngine } from "../../helpers/test-engine.ts";

const goMod = "module shop\n\ngo 1.21\n";
const source = (word: string): string => `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func main() {
	if _, err := time.LoadLocation("Europe/Berlin"); err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "${word} %s", os.Getenv("ORCHESTRA_REPLICA"))
	})
	http.HandleFunc("/web", func(w http.ResponseWriter, r *http.Request) {
		answer, err := http.Get("http://" + os.Getenv("WEB_HOST") + ":" + os.Getenv("WEB_PORT"))
		if err != nil {
			http.Error(w, err.Error(), 502)
			return
		}
		io.Copy(w, answer.Body)
	})
	fmt.Println("serving")
	panic(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
`;

describeWith("docker", "a service in a container", () => {
  let docker: Pick<DockerEngine, "socket" | "host" | "api">;

  beforeAll(async () => {
    docker = await sharedDockerEngine();
    await loadTestImages(docker.api, "web");
  }, 120_000);

  const text = async (port: number, path = "/"): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}${path}`)).text();

  test("is made of its binary alone, reaches vendors by name, scales, and is replaced by a change", async () => {
    const yaml = `
vendors: {web: {image: web, ports: [80]}}
services: {api: {dir: ., container: true, port: auto, scale: 2, depends_on: [web]}}
rerun: true
`;
    const fleet = await TestEngine.open(
      yaml,
      { "go.mod": goMod, "main.go": source("one") },
      { dockerHost: docker.host },
    );
    await fleet.start();
    await fleet.until(
      "both ready",
      () => ["api#1", "api#2"].every((u) => fleet.findReplica(u)?.state.phase === "ready"),
      60_000,
    );
    expect(await text(fleet.port("api#1"))).toBe("one 1");
    expect(await text(fleet.port("api#2"))).toBe("one 2");
    expect(await text(fleet.port("api#1"), "/web")).toBe("hello from a container\n");
    expect(fleet.output("api#1")).toContain("serving");
    await fleet.engine.followed();
    fleet.write("main.go", source("two"));
    await fleet.until(
      "replaced",
      () => fleet.replica("api#2").generation === 2 && fleet.phase("api#2") === "ready",
      60_000,
    );
    expect(await text(fleet.port("api#1"))).toBe("two 1");
    expect(await text(fleet.port("api#2"))).toBe("two 2");
  }, 180_000);
});
