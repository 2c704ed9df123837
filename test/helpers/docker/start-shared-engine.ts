/* `node start-shared-engine.ts`: starts the engine of the test run where nobody has yet; says why where it cannot. */
import { sharedDockerEngine } from "./shared-engine.ts";

try {
  await sharedDockerEngine();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
