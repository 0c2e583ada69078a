package dev.meridian.controlplane.prepare;

/**
 * Who calls the services of operators.
 *
 * @param principal an account's name, {@code operator:<name>}, or {@link #OPERATOR}
 * @param address of the client, or empty
 */
public record Caller(String principal, String address) {

  /**
   * Whoever reaches the services while logins are not required. Nobody logs in under a name with a
   * colon.
   */
  public static final String OPERATOR = "admin:operator";

  /** With what the names of those begin who show an operator's certificate. */
  public static final String CERTIFIED_PREFIX = "operator:";

  /** Whether a certificate says that they may everything. */
  public boolean isCertified() {
    return principal.startsWith(CERTIFIED_PREFIX);
  }
}
