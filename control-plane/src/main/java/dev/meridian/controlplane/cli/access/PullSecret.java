package dev.meridian.controlplane.cli.access;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.proto.admin.ListRegionsRequest;
import dev.meridian.proto.admin.Region;
import dev.meridian.proto.admin.RegionServiceGrpc;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Secret of Kubernetes with which its nodes pull as a robot, from each of some hosts.
 *
 * @param name of the Secret
 * @param hosts as they stand in the names of images
 */
record PullSecret(String name, List<String> hosts) {

  /** RFC 1123, as Kubernetes wants it. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.\\-\\[\\]:]{1,255}");

  PullSecret {
    hosts = List.copyOf(hosts);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "--kubernetes-secret: \""
              + name
              + "\" is not a name: expected lower-case letters, digits, '-' and '.'");
    }
    hosts.forEach(host -> {
      if (!HOST.matcher(host).matches()) {
        throw new IllegalArgumentException(
            "--host: \"" + host + "\" is not a host: expected HOST or HOST:PORT");
      }
    });
  }

  /**
   * A Secret for all regions, which says on standard error for which ones it cannot be.
   *
   * @param named hosts that no region tells, such as a name for all of them
   * @throws AdminException when there is no host at all
   * @throws IllegalArgumentException when a name is not valid
   */
  static PullSecret of(Invocation invocation, String name, List<String> named) {
    List<Region> regions =
        invocation
            .client(Invocation.QUERY)
            .query(
                RegionServiceGrpc::newBlockingV2Stub,
                stub -> stub.listRegions(ListRegionsRequest.getDefaultInstance()).getRegionsList());
    List<String> hosts =
        Stream.concat(
                named.stream(),
                regions.stream()
                    .map(Region::getPublicUrl)
                    .filter(url -> !url.isEmpty())
                    .map(url -> URI.create(url).getAuthority()))
            .distinct()
            .toList();
    if (hosts.isEmpty()) {
      throw AdminException.failed(
          "no region says at which URL clients reach it: name the hosts with --host HOST");
    }
    PullSecret secret = new PullSecret(name, hosts);
    List<String> left =
        regions.stream()
            .filter(region -> region.getPublicUrl().isEmpty())
            .map(Region::getRegion)
            .toList();
    if (!left.isEmpty()) {
      invocation.warn(
          "the Secret has no host of "
              + String.join(", ", left)
              + ", where http.advertise is not set: name it with --host if clients pull from it");
    }
    return secret;
  }

  String toYaml(AccountName robot, String secret) {
    ObjectNode config = JsonMapper.shared().createObjectNode();
    ObjectNode auths = config.putObject("auths");
    for (String host : hosts) {
      auths
          .putObject(host)
          .put("username", robot.value())
          .put("password", secret)
          .put("auth", base64(robot + ":" + secret));
    }
    return """
    apiVersion: v1
    kind: Secret
    metadata:
      name: %s
    type: kubernetes.io/dockerconfigjson
    data:
      .dockerconfigjson: %s
    """
        .formatted(name, base64(config.toString()));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
