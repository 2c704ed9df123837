import { suggest } from "../../lib/suggest.ts";
import { didYouMean, type Report } from "../report.ts";
import type { ForeignService } from "./setting.ts";

/** Keys of a Compose service that mean something here. */
const honouredKeys: readonly string[] = [
  ..."image pull_policy command entrypoint environment env_file ports volumes tmpfs user shm_size ulimits init".split(
    " ",
  ),
  ..."labels depends_on links healthcheck restart stop_signal stop_grace_period profiles".split(" "),
];

const oneNetwork = "a fleet has one network, on which each vendor has its own name";
const oneContainer = "a vendor is one container of this machine";
const ownLogs = "what it prints goes to Orchestra's logs";
const notIsolated = "vendors get no rights beyond Docker's usual ones, and none less";
const noLimits = "vendors run without limits on memory and processors";

/** Keys that change nothing that matters here, or are so anyway. */
const silentKeys = new Set("expose attach annotations develop".split(" "));

/** Keys that cannot be honoured, and why. */
const reasons: ReadonlyMap<string, string> = new Map([
  ...because(oneNetwork, "networks network_mode hostname domainname external_links mac_address"),
  ...because(oneNetwork, "extra_hosts dns dns_opt dns_search net_alias ip ip6 publish_all"),
  ...because(oneContainer, "deploy scale"),
  ...because("containers are named after the fleet", "container_name"),
  ...because(ownLogs, "logging log_driver log_opt"),
  ...because(notIsolated, "privileged cap_add cap_drop security_opt read_only userns_mode pid ipc uts cgroup"),
  ...because(notIsolated, "cgroup_parent group_add devices device_cgroup_rules sysctls isolation runtime gpus"),
  ...because(noLimits, "cpus cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares"),
  ...because(noLimits, "cpuset mem_limit mem_reservation mem_swappiness memswap_limit oom_kill_disable"),
  ...because(noLimits, "oom_score_adj pids_limit blkio_config storage_opt memory memory_reservation memory_swap"),
  ...because(noLimits, "memory_swappiness kernel_memory blkio_weight blkio_weight_device device_read_bps"),
  ...because(noLimits, "device_read_iops device_write_bps device_write_iops"),
  ...because("write a volume with the file instead", "configs secrets"),
  ...because("write out what it takes from there", "extends volumes_from volume_driver label_file"),
  ...because("the folder is the image's own", "working_dir"),
  ...because("nothing is attached to it", "tty stdin_open"),
  ...because("the image for this machine is used", "platform"),
  ...because("no code is run for its start and stop", "post_start pre_stop hooks share_ssh_socket"),
  ...because("it is not for vendors", "credential_spec provider models use_api_socket lxc_conf"),
]);

function because(reason: string, keys: string): [string, string][] {
  return keys.split(" ").map((key) => [key, reason]);
}

/** Reports what cannot be honoured of a service, and what no such file has. */
export function reportUnhonoured({ settings, source }: ForeignService, report: Report): void {
  for (const [key, { path, value }] of settings) {
    const written = String(path.at(-1));
    if (honouredKeys.includes(key) || silentKeys.has(key) || key === "build" || written.startsWith("x-")) continue;
    const reason = reasons.get(key);
    if (reason !== undefined) {
      // What is not wanted is not missed: privileged: false.
      if (value !== false)
        report.warning("not-honoured", `"${written}" cannot be honoured: ${reason}`, source.keyAt(path));
    } else {
      const hint = didYouMean(suggest(written, [...honouredKeys, ...reasons.keys(), "build"]));
      report.error("unknown-key", `unknown key "${written}"`, source.keyAt(path), hint);
    }
  }
}
