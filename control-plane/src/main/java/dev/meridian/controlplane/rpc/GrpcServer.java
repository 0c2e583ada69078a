package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.cluster.ClusterHeader;
import dev.meridian.controlplane.raft.ListenAddress;
import dev.meridian.controlplane.rpc.calls.CallerIdentity;
import dev.meridian.controlplane.rpc.calls.Forwarded;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC services of a metadata server, on a socket and, for a node of the same process, without
 * one: both offer the same services behind the same checks.
 */
final class GrpcServer implements AutoCloseable {

  /** A manifest of the largest size, with room for what describes it. */
  private static final int LARGEST_MESSAGE = 9 << 20;

  /** A node whose host is gone, without a word on its connection, is missed after so long twice. */
  private static final int KEEP_ALIVE_SECONDS = 5;

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Server socket;
  private final Server inProcess;

  /**
   * @param security how callers are known
   */
  GrpcServer(
      ListenAddress address,
      RpcSecurity security,
      String inProcessName,
      ClusterHeader header,
      ServerInterceptor login,
      List<BindableService> services) {
    this.socket =
        build(
            NettyServerBuilder.forAddress(
                    new InetSocketAddress(address.host(), address.port()), security.credentials())
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxInboundMessageSize(LARGEST_MESSAGE),
            header,
            security.ofSocket(),
            login,
            services);
    this.inProcess =
        build(
            InProcessServerBuilder.forName(inProcessName),
            header,
            security.ofProcess(),
            login,
            services);
  }

  private Server build(
      ServerBuilder<?> builder,
      ClusterHeader header,
      CallerIdentity callers,
      ServerInterceptor login,
      List<BindableService> services) {
    // The last one is asked first.
    builder
        .executor(executor)
        .intercept(login)
        .intercept(new Forwarded())
        .intercept(header)
        .intercept(callers);
    services.forEach(builder::addService);
    return builder.build();
  }

  void start() throws IOException {
    socket.start();
    inProcess.start();
  }

  /** The port that it listens on. */
  int port() {
    return socket.getPort();
  }

  /** Calls under way have a second to end. */
  @Override
  public void close() {
    socket.shutdown();
    inProcess.shutdown();
    try {
      socket.awaitTermination(1, TimeUnit.SECONDS);
      inProcess.awaitTermination(100, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    socket.shutdownNow();
    inProcess.shutdownNow();
    executor.shutdown();
  }
}
