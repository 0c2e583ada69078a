package dev.meridian.tls;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a certificate of a cluster says that its holder is. */
public enum PeerRole {
  /** Serves clients. */
  NODE,
  /** A metadata server. */
  SERVER,
  /** A person or a script that operates the cluster. */
  OPERATOR;

  /** As it stands in certificates and on command lines. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role that is written so, if it is one. */
  public static Optional<PeerRole> of(String text) {
    return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
  }
}
