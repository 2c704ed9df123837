import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    pool: "forks",
    // Tests start real programs: more workers than cores only make each other late.
    maxWorkers: Math.max(1, Math.min(4, availableParallelism())),
    globalSetup: ["test/helpers/build-once.ts", "test/helpers/run-folder.ts"],
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.{ts,tsx}"], exclude: ["test/e2e/**"], testTimeout: 20_000 },
      },
      {
        extends: true,
        test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], testTimeout: 90_000 },
      },
    ],
  },
});
