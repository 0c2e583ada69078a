package dev.meridian.loadtest.commands;

import com.google.protobuf.ByteString;
import dev.meridian.loadtest.http.Origin;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.MetadataServiceGrpc.MetadataServiceBlockingStub;
import dev.meridian.proto.metadata.MetadataServiceGrpc.MetadataServiceStub;
import dev.meridian.proto.metadata.PutManifest;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Tag moves as a node asks them of a metadata server, which answers when it has applied them. */
public final class MeridianTagMoves implements CommandClient {

  private static final Metadata.Key<String> CLUSTER =
      Metadata.Key.of("meridian-cluster", Metadata.ASCII_STRING_MARSHALLER);
  private static final int ID_BYTES = 16;

  private final GrpcConnection connection;
  private final MetadataServiceStub stub;
  private final MetadataServiceBlockingStub blocking;
  private final List<ByteString> contents = List.of(TagMove.content(0), TagMove.content(1));
  private final AtomicLong seen = new AtomicLong();

  /** A client of one server of that cluster. */
  public MeridianTagMoves(Origin server, String cluster) {
    Metadata headers = new Metadata();
    headers.put(CLUSTER, cluster);
    ClientInterceptor named = MetadataUtils.newAttachHeadersInterceptor(headers);
    connection = new GrpcConnection(server);
    stub = connection.stub(MetadataServiceGrpc::newStub).withInterceptors(named);
    blocking = connection.stub(MetadataServiceGrpc::newBlockingStub).withInterceptors(named);
  }

  @Override
  public void prepare() throws IOException {
    for (ByteString content : contents) {
      ExecuteRequest request = request(manifest(content).build());
      note(
          GrpcConnection.ask(
              "first manifests", () -> GrpcConnection.patient(blocking).execute(request)));
    }
  }

  @Override
  public void begin(long number, Ending ending) {
    TagMove move = new TagMove(number);
    PutManifest put = manifest(contents.get(move.manifest())).addTags(move.tag()).build();
    GrpcConnection.patient(stub).execute(request(put), GrpcConnection.end(this::note, ending));
  }

  private static PutManifest.Builder manifest(ByteString content) {
    return PutManifest.newBuilder()
        .setRepository(TagMove.REPOSITORY)
        .setContentType(TagMove.MEDIA_TYPE)
        .setContent(content);
  }

  private ExecuteRequest request(PutManifest put) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    ByteBuffer id = ByteBuffer.allocate(ID_BYTES);
    id.putLong(random.nextLong()).putLong(random.nextLong()).flip();
    return ExecuteRequest.newBuilder()
        .setCommandId(ByteString.copyFrom(id))
        .setSeenRevision(seen.get())
        .setPutManifest(put)
        .build();
  }

  /** Each applied command has a revision. */
  private boolean note(ExecuteReply reply) {
    seen.accumulateAndGet(reply.getRevision(), Math::max);
    return reply.getRevision() > 0;
  }

  @Override
  public void close() {
    connection.close();
  }
}
