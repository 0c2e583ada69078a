package dev.meridian.controlplane.prepare;

/**
 * Who calls the services of operators.
 *
 * @param principal an account's name, {@code operator:<name>}, or {@link #OPERATOR}
 * @param address of the client, or empty
 * @param credentials revision of the password or secret by which they have logged in; 0: by none
 */
public record Caller(String principal, String address, long credentials) {

  /**
   * Whoever reaches the services while logins are not required. Nobody logs in under a name with a
   * colon.
   */
  public static final String OPERATOR = "admin:operator";

  /** With what the names of those begin who show an operator's certificate. */
  public static final String CERTIFIED_PREFIX = "operator:";

  /** Who has not logged in by a password or a secret. */
  public Caller(String principal, String address) {
    this(principal, address, 0);
  }

  /** Whether a certificate says that they may everything. */
  public boolean isCertified() {
    return principal.startsWith(CERTIFIED_PREFIX);
  }
}
