package dev.meridian.secrets;

import com.password4j.Argon2Function;
import com.password4j.BcryptFunction;
import com.password4j.HashingFunction;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.util.regex.Pattern;

/**
 * A password as it is kept: Argon2id in the PHC string format (RFC 9106), or bcrypt as htpasswd
 * writes it. Hashing and comparing take some 20 MiB and tens of milliseconds of a core: callers
 * bound how many run at once, and none runs on an event loop.
 */
public record PasswordHash(String value) {

  /** The longest password: bcrypt sees no more of it than this many bytes. */
  public static final int MAX_PASSWORD = 72;

  // 19 MiB, two passes, one lane: what OWASP's password storage sheet asks for at least.
  private static final Argon2Function ARGON2 =
      Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID, Argon2Function.ARGON2_VERSION_13);

  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$(?:0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");

  /** What a password is compared with whose account is not there, so that it takes as long. */
  public static final PasswordHash OF_NOBODY = of("nobody has this password");

  public PasswordHash {
    if (!BCRYPT.matcher(value).matches() && !isArgon2(value)) {
      // Without the value: it may be a password that was given in the wrong place.
      throw new IllegalArgumentException(
          "a password hash is not valid: expected bcrypt of cost 4 to 14, or Argon2id");
    }
  }

  /** Parses a hash as it is kept. */
  public static PasswordHash parse(String text) {
    return new PasswordHash(text);
  }

  /** The hash of a password, with a salt of its own. */
  public static PasswordHash of(String password) {
    return new PasswordHash(Password.hash(password).addRandomSalt(16).with(ARGON2).getResult());
  }

  /** Whether it is bcrypt, as a file of htpasswd has it. */
  public boolean isBcrypt() {
    return value.startsWith("$2");
  }

  /** Whether this is the password's. Takes the same time whatever is wrong with it. */
  public boolean matches(String password) {
    HashingFunction function =
        isBcrypt()
            ? BcryptFunction.getInstanceFromHash(value)
            : Argon2Function.getInstanceFromHash(value);
    return Password.check(password, value).with(function);
  }

  private static boolean isArgon2(String value) {
    if (!value.startsWith("$argon2id$") || value.length() > 256) {
      return false;
    }
    try {
      return Argon2Function.getInstanceFromHash(value) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Nothing of it. */
  @Override
  public String toString() {
    return "a password hash";
  }
}
