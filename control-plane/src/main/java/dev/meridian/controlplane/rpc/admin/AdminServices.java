package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.backup.Backups;
import dev.meridian.controlplane.cluster.AppliedTimes;
import dev.meridian.controlplane.cluster.NodeReports;
import dev.meridian.controlplane.cluster.Peers;
import dev.meridian.controlplane.prepare.AdminPreparer;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.rpc.calls.Commands;
import dev.meridian.controlplane.rpc.calls.Reads;
import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;

/** The services of operators, wired. */
public final class AdminServices {

  private AdminServices() {}

  /**
   * All of them.
   *
   * @param cluster its name
   */
  public static List<BindableService> of(
      String cluster,
      RaftNode raft,
      Operators operators,
      Commands commands,
      Reads reads,
      Peers peers,
      MemberStatuses statuses,
      NodeReports reports,
      AppliedTimes times,
      InstantSource clock) {
    AdminPreparer preparer = operators.commands();
    AuditNotes audit = new AuditNotes(preparer, commands);
    return List.of(
        new RepositoryService(preparer, commands, reads, operators.login().rights()),
        new AccessService(operators, commands, reads, raft.region(), clock),
        new RegionService(raft, preparer, commands, reads, reports),
        new PolicyService(preparer, commands, reads),
        new ReplicationService(preparer, commands, reads, reports, times, clock),
        new RaftService(
            raft, peers, statuses, new Inspection(cluster, raft, peers, statuses, clock), audit),
        new BackupService(raft, new Backups(raft, clock), audit));
  }
}
