package dev.meridian.loadtest.commands;

import com.google.protobuf.ByteString;
import dev.meridian.loadtest.commands.etcd.Compare;
import dev.meridian.loadtest.commands.etcd.Compare.CompareResult;
import dev.meridian.loadtest.commands.etcd.Compare.CompareTarget;
import dev.meridian.loadtest.commands.etcd.DeleteRangeRequest;
import dev.meridian.loadtest.commands.etcd.KVGrpc;
import dev.meridian.loadtest.commands.etcd.KVGrpc.KVBlockingStub;
import dev.meridian.loadtest.commands.etcd.KVGrpc.KVStub;
import dev.meridian.loadtest.commands.etcd.MaintenanceGrpc;
import dev.meridian.loadtest.commands.etcd.PutRequest;
import dev.meridian.loadtest.commands.etcd.PutResponse;
import dev.meridian.loadtest.commands.etcd.RequestOp;
import dev.meridian.loadtest.commands.etcd.StatusRequest;
import dev.meridian.loadtest.commands.etcd.StatusResponse;
import dev.meridian.loadtest.commands.etcd.TxnRequest;
import dev.meridian.loadtest.commands.etcd.TxnResponse;
import dev.meridian.loadtest.http.Origin;
import java.io.IOException;

/** Commands to a member of etcd. */
public final class EtcdCommands implements CommandClient {

  /** What a command is. */
  public enum Form {
    /** One put of a tag's key, whose value is the manifest: as many bytes as a tag move sends. */
    PUT,
    /**
     * What a tag move is in Meridian's store: the manifest must be there; the tag, its mark at its
     * new manifest instead of the old one, its history, the audit and the command's id change.
     */
    TRANSACTION
  }

  private final GrpcConnection connection;
  private final Form form;
  private final KVStub stub;
  private final KVBlockingStub blocking;

  /** A client of one member. */
  public EtcdCommands(Origin member, Form form) {
    this.form = form;
    connection = new GrpcConnection(member);
    stub = connection.stub(KVGrpc::newStub);
    blocking = connection.stub(KVGrpc::newBlockingStub);
  }

  /** Whether a member leads its group; one that does not answer does not. */
  public static boolean leads(Origin member) {
    try (GrpcConnection connection = new GrpcConnection(member)) {
      StatusResponse status =
          GrpcConnection.ask(
              "status",
              () ->
                  GrpcConnection.patient(connection.stub(MaintenanceGrpc::newBlockingStub))
                      .status(StatusRequest.getDefaultInstance()));
      return status.getLeader() != 0 && status.getLeader() == status.getHeader().getMemberId();
    } catch (IOException e) {
      return false; // not up yet, or in an election: the caller asks again
    }
  }

  @Override
  public void prepare() throws IOException {
    for (int manifest = 0; manifest < 2; manifest++) {
      PutRequest put = put(manifestKey(manifest), TagMove.content(manifest));
      GrpcConnection.ask("first manifests", () -> GrpcConnection.patient(blocking).put(put));
    }
  }

  @Override
  public void begin(long number, Ending ending) {
    TagMove move = new TagMove(number);
    switch (form) {
      case PUT ->
          GrpcConnection.patient(stub)
              .put(
                  put(key("tags", move.tag()), TagMove.content(move.manifest())),
                  GrpcConnection.end(PutResponse::hasHeader, ending));
      case TRANSACTION ->
          GrpcConnection.patient(stub)
              .txn(transaction(move), GrpcConnection.end(TxnResponse::getSucceeded, ending));
    }
  }

  private static TxnRequest transaction(TagMove move) {
    String tag = move.tag();
    ByteString row = ByteString.copyFromUtf8(digest(move.manifest()) + " " + TagMove.MEDIA_TYPE);
    ByteString revision = ByteString.copyFromUtf8(Long.toString(move.number()));
    return TxnRequest.newBuilder()
        .addCompare(
            Compare.newBuilder()
                .setKey(manifestKey(move.manifest()))
                .setTarget(CompareTarget.CREATE)
                .setResult(CompareResult.GREATER)
                .setCreateRevision(0))
        .addSuccess(operation(put(key("tags", tag), row)))
        .addSuccess(
            RequestOp.newBuilder()
                .setRequestDeleteRange(
                    DeleteRangeRequest.newBuilder().setKey(markKey(move.before(), tag))))
        .addSuccess(operation(put(markKey(move.manifest(), tag), ByteString.EMPTY)))
        .addSuccess(operation(put(key("history", tag + "/" + move.number()), row)))
        .addSuccess(operation(put(key("audit", Long.toString(move.number())), row)))
        .addSuccess(operation(put(key("commands", "0123456789ab" + move.number()), revision)))
        .build();
  }

  private static RequestOp operation(PutRequest put) {
    return RequestOp.newBuilder().setRequestPut(put).build();
  }

  private static PutRequest put(ByteString key, ByteString value) {
    return PutRequest.newBuilder().setKey(key).setValue(value).build();
  }

  private static ByteString manifestKey(int manifest) {
    return key("manifests", digest(manifest));
  }

  private static ByteString markKey(int manifest, String tag) {
    return key("manifest-tags", digest(manifest) + "/" + tag);
  }

  private static ByteString key(String table, String name) {
    return ByteString.copyFromUtf8(TagMove.REPOSITORY + "/" + table + "/" + name);
  }

  /** As long as a digest is. */
  private static String digest(int manifest) {
    return "sha256:" + Integer.toString(manifest).repeat(64);
  }

  @Override
  public void close() {
    connection.close();
  }
}
