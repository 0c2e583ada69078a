package dev.meridian.deploy;

import dev.meridian.model.RegionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives the tests with real clients one cluster of three regions, which ends with the last. */
final class SharedCluster implements ParameterResolver {

  /** The addresses of the three regions, {@code 127.0.0.1:port}. */
  record Addresses(String first, String second, String third) {}

  private record Running(DevCluster cluster, Path directory, Addresses addresses)
      implements AutoCloseable {

    @Override
    public void close() throws IOException {
      cluster.close();
      delete(directory);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Addresses.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.create(SharedCluster.class))
        .computeIfAbsent(Running.class, _ -> start(), Running.class)
        .addresses();
  }

  private static Running start() {
    try {
      Path directory = Files.createTempDirectory("meridian-clients");
      DevPorts ports = DevPorts.free(3);
      List<RegionId> regions =
          Stream.of("us-east", "eu-west", "ap-south").map(RegionId::parse).toList();
      DevCluster cluster =
          DevCluster.start(
              new DevCluster.Options(regions, ports, directory.resolve("data")), region -> {});
      return new Running(
          cluster, directory, new Addresses(ports.http(0), ports.http(1), ports.http(2)));
    } catch (Exception e) {
      throw new AssertionError("the cluster for the clients does not start", e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
