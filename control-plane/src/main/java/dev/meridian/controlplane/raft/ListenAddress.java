package dev.meridian.controlplane.raft;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** A {@code host:port} of the configuration, on which this process listens. */
public record ListenAddress(String host, int port) {

  /**
   * Parses {@code host:port}; an IPv6 address stands in brackets.
   *
   * @throws IllegalArgumentException when it is not of that form
   */
  public static ListenAddress parse(String setting, String text) {
    int colon = text.lastIndexOf(':');
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      String host = text.substring(0, Math.max(colon, 0)).replaceAll("^\\[(.*)]$", "$1");
      if (host.isEmpty() || port < 0 || port > 65_535) {
        throw new IllegalArgumentException("the host is empty or the port out of range");
      }
      return new ListenAddress(host, port);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          setting + ": \"" + text + "\" is not valid: expected host:port", e);
    }
  }

  /**
   * This address, when it is on the loopback interface or connections are authenticated.
   *
   * @param mutual whether those who connect show certificates
   * @throws IllegalArgumentException when other hosts could reach it, and nobody would know them
   */
  public ListenAddress requireLoopbackUnless(boolean mutual, String setting) {
    try {
      if (!mutual && !InetAddress.getByName(host).isLoopbackAddress()) {
        throw new IllegalArgumentException(
            setting
                + ": "
                + host
                + " is not a loopback address: expected one of 127.0.0.0/8 or ::1, or tls.ca,"
                + " tls.certificate and tls.key, without which servers do not know who connects");
      }
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(setting + ": the host " + host + " is unknown", e);
    }
    return this;
  }

  /**
   * Checks that nobody else listens here.
   *
   * @throws IOException when the port is taken
   */
  public void requireFree(String setting) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
    } catch (IOException e) {
      throw new IOException(setting + ": cannot listen on " + host + ":" + port, e);
    }
  }
}
