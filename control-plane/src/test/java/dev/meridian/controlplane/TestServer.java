package dev.meridian.controlplane;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.disk.Halt;
import dev.meridian.controlplane.raft.RaftSettings;
import dev.meridian.proto.admin.ListRegionsRequest;
import dev.meridian.proto.admin.PolicyServiceGrpc;
import dev.meridian.proto.admin.Region;
import dev.meridian.proto.admin.RegionServiceGrpc;
import dev.meridian.proto.admin.ReplicationServiceGrpc;
import dev.meridian.proto.admin.RepositoryServiceGrpc;
import dev.meridian.proto.metadata.CheckQuorumRequest;
import dev.meridian.proto.metadata.CreateRepository;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.GetManifestReply;
import dev.meridian.proto.metadata.GetManifestRequest;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.PutManifest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A metadata server of a test, with a client on a socket. */
public final class TestServer implements AutoCloseable {

  private final ControlPlane controlPlane;
  private final ManagedChannel socket;
  private final List<String> announcements = new CopyOnWriteArrayList<>();
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final Channel channel;

  TestServer(ControlPlaneConfig config, RaftSettings settings, Halt halt) throws IOException {
    controlPlane = new ControlPlane(config, settings, halt, announcements::add, meters);
    controlPlane.start();
    socket = NettyChannelBuilder.forTarget(config.grpcAddress()).usePlaintext().build();
    channel = forCluster(socket, config.cluster());
  }

  /** A channel whose calls carry the cluster's name. */
  public static Channel forCluster(Channel channel, String cluster) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("meridian-cluster", Metadata.ASCII_STRING_MARSHALLER), cluster);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** A stub whose calls log in; with a deadline of 10 s for all of them. */
  static <S extends AbstractStub<S>> S login(S stub, String name, String password) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Basic "
            + Base64.getEncoder()
                .encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8)));
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  public ControlPlane controlPlane() {
    return controlPlane;
  }

  /** What it measures. */
  public MeterRegistry meters() {
    return meters;
  }

  /** What was shown to who started the server. */
  public List<String> announcements() {
    return announcements;
  }

  public Channel channel() {
    return channel;
  }

  /** Calls with a deadline of 10 s. */
  public MetadataServiceGrpc.MetadataServiceBlockingStub stub() {
    return MetadataServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** As operators call it, who need not know the cluster's name; with a deadline of 10 s. */
  public RepositoryServiceGrpc.RepositoryServiceBlockingStub repositories() {
    return RepositoryServiceGrpc.newBlockingStub(socket).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** As {@link #repositories}. */
  public RegionServiceGrpc.RegionServiceBlockingStub regions() {
    return RegionServiceGrpc.newBlockingStub(socket).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** What it says of a region. */
  Region region(String name) {
    return regions().listRegions(ListRegionsRequest.getDefaultInstance()).getRegionsList().stream()
        .filter(found -> found.getRegion().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Creates a repository. */
  public ExecuteReply createRepository(String name) {
    return stub()
        .execute(
            request()
                .setCreateRepository(CreateRepository.newBuilder().setRepository(name))
                .build());
  }

  /** Puts an index without children under a tag; its bytes differ by the text. */
  public ExecuteReply putTag(String repository, String tag, String text) {
    return stub()
        .execute(
            request()
                .setPutManifest(
                    PutManifest.newBuilder()
                        .setRepository(repository)
                        .setContent(manifest(text))
                        .addTags(tag))
                .build());
  }

  /** Linearizable. */
  public GetManifestReply getTag(String repository, String tag) {
    return stub()
        .getManifest(GetManifestRequest.newBuilder().setRepository(repository).setTag(tag).build());
  }

  /** As {@link #repositories}. */
  public PolicyServiceGrpc.PolicyServiceBlockingStub policies() {
    return PolicyServiceGrpc.newBlockingStub(socket).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** As {@link #repositories}. */
  public ReplicationServiceGrpc.ReplicationServiceBlockingStub replication() {
    return ReplicationServiceGrpc.newBlockingStub(socket).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** Waits for a majority. */
  public long quorum() {
    return stub().checkQuorum(CheckQuorumRequest.getDefaultInstance()).getRevision();
  }

  /** A request under a fresh id. */
  public static ExecuteRequest.Builder request() {
    return ExecuteRequest.newBuilder().setCommandId(commandId());
  }

  /** A fresh one. */
  public static ByteString commandId() {
    UUID id = UUID.randomUUID();
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).flip();
    return ByteString.copyFrom(bytes);
  }

  /** An index without children. */
  public static ByteString manifest(String text) {
    return ByteString.copyFromUtf8(
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",\
        "manifests":[],"annotations":{"text":"%s"}}\
        """
            .formatted(text));
  }

  @Override
  public void close() {
    socket.shutdownNow();
    controlPlane.close();
  }
}
