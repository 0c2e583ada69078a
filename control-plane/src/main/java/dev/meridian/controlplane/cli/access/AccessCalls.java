package dev.meridian.controlplane.cli.access;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.cli.client.AdminClient.Call;
import dev.meridian.controlplane.cli.client.AdminClient.Command;
import dev.meridian.proto.admin.AccessServiceGrpc;
import dev.meridian.proto.admin.AccessServiceGrpc.AccessServiceBlockingV2Stub;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.SetGrantRequest;

/** Calls of the access service. */
final class AccessCalls {

  private static final String AGAIN = "run it again, that is safe";

  private final Invocation invocation;

  AccessCalls(Invocation invocation) {
    this.invocation = invocation;
  }

  <T> T query(Call<AccessServiceBlockingV2Stub, T, RuntimeException> call) {
    return invocation.client(Invocation.QUERY).query(AccessServiceGrpc::newBlockingV2Stub, call);
  }

  /** A change that may be asked for again. */
  long change(Command<AccessServiceBlockingV2Stub, Long> command) {
    return change(AGAIN, command);
  }

  /**
   * A change.
   *
   * @param advice what to do when it is not known whether it was made
   */
  long change(String advice, Command<AccessServiceBlockingV2Stub, Long> command) {
    return invocation
        .client(Invocation.COMMAND)
        .command(AccessServiceGrpc::newBlockingV2Stub, advice, command);
  }

  long grant(Grant grant) {
    return change((stub, id) -> stub.setGrant(request(grant, id)).getRevision());
  }

  private static SetGrantRequest request(Grant grant, ByteString id) {
    return SetGrantRequest.newBuilder().setCommandId(id).setGrant(grant).build();
  }
}
