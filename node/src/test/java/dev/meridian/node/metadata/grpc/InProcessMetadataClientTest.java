package dev.meridian.node.metadata.grpc;

import io.grpc.Server;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Within one process. */
final class InProcessMetadataClientTest extends MetadataClientContract {

  private final List<Server> servers = new ArrayList<>();

  @Override
  MetadataEndpoint serve(FakeMetadataService service) throws IOException {
    String name = InProcessServerBuilder.generateName();
    servers.add(
        InProcessServerBuilder.forName(name)
            .addService(service)
            .intercept(service)
            .build()
            .start());
    return MetadataEndpoint.inProcess(name);
  }

  @AfterEach
  void stop() {
    servers.forEach(Server::shutdownNow);
  }
}
