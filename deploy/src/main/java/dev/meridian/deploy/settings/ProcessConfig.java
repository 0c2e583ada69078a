package dev.meridian.deploy.settings;

import dev.meridian.controlplane.ControlPlaneConfig;
import dev.meridian.model.RegionId;
import dev.meridian.node.NodeConfig;
import dev.meridian.tls.HttpCertificate;
import java.util.Optional;

/**
 * What one process is: a metadata server, a node, or both.
 *
 * @param http the public address; of the node, or of a metadata server's health and metrics
 * @param httpTls its certificate; empty: plain text
 */
public record ProcessConfig(
    String cluster,
    RegionId region,
    HostAndPort http,
    Optional<HttpCertificate> httpTls,
    Optional<ControlPlaneConfig> controlPlane,
    Optional<NodeConfig> node,
    LogSettings log) {}
