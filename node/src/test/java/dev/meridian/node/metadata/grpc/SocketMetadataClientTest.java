package dev.meridian.node.metadata.grpc;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Through a socket. */
final class SocketMetadataClientTest extends MetadataClientContract {

  private final List<Server> servers = new ArrayList<>();

  @Override
  MetadataEndpoint serve(FakeMetadataService service) throws IOException {
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(service)
            .intercept(service)
            .build()
            .start();
    servers.add(server);
    return MetadataEndpoint.socket("127.0.0.1:" + server.getPort());
  }

  @AfterEach
  void stop() {
    servers.forEach(Server::shutdownNow);
  }
}
