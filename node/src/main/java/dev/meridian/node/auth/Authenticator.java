package dev.meridian.node.auth;

import dev.meridian.node.auth.Login.Refused;
import dev.meridian.node.metadata.AccessQueries.Account;
import dev.meridian.node.routing.ClientAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the {@code Authorization} header (RFC 9110, section 11.6.2): Basic or Bearer. */
public final class Authenticator {

  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";
  private static final String WRONG_PASSWORD = "the name or the password is wrong";
  private static final String TOKEN = "the token is not valid: ";

  private final AccountDirectory directory;
  private final Passwords passwords;
  private final TokenVerifier tokens;
  private final InstantSource clock;
  private final Consumer<Account> used;

  /**
   * @param used hears of every account that logged in by its password, or by a token that gets
   *     others
   */
  Authenticator(
      AccountDirectory directory,
      Passwords passwords,
      TokenVerifier tokens,
      InstantSource clock,
      Consumer<Account> used) {
    this.directory = directory;
    this.passwords = passwords;
    this.tokens = tokens;
    this.clock = clock;
    this.used = used;
  }

  /** Who a request is from that has this header, or none. */
  public Login login(Optional<String> header, ClientAddress client) {
    if (header.isEmpty()) {
      return new Login.None(directory.anonymous());
    }
    String text = header.get();
    if (isOf(BEARER, text)) {
      return bearer(text.substring(BEARER.length()).strip());
    }
    if (isOf(BASIC, text)) {
      return basic(text.substring(BASIC.length()).strip(), client);
    }
    return new Refused(
        Refused.Kind.MALFORMED, "the header Authorization is not valid: expected Basic or Bearer");
  }

  /** Upper and lower case are the same (RFC 9110, section 11.1). */
  private static boolean isOf(String scheme, String text) {
    return text.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  /** A name with its password or secret. */
  public Login password(String name, String password, ClientAddress client) {
    return switch (passwords.check(name, password, client)) {
      case Passwords.Outcome.Right right -> {
        used.accept(right.account());
        yield new Login.ByPassword(right.account().identity(), right.credentials());
      }
      case Passwords.Outcome.Wrong wrong -> new Refused(Refused.Kind.PASSWORD, WRONG_PASSWORD);
      case Passwords.Outcome.Busy busy ->
          new Refused(
              Refused.Kind.BUSY, "too many logins are being checked: try again", Optional.of("1"));
      case Passwords.Outcome.Limited limited ->
          new Refused(
              Refused.Kind.LIMITED,
              limited.limit().message(),
              Optional.of(limited.limit().retryAfterSeconds()));
    };
  }

  /** A token that gets others. */
  public Login refreshToken(String token) {
    return switch (tokens.refresh(token)) {
      case TokenVerifier.Verdict.Good good ->
          account(good.claims())
              .map(account -> refreshed(account, good.claims()))
              .orElseGet(Authenticator::closed);
      case TokenVerifier.Verdict.Expired expired ->
          new Refused(Refused.Kind.TOKEN, TOKEN + "it has expired");
      case TokenVerifier.Verdict.Bad bad -> new Refused(Refused.Kind.TOKEN, TOKEN + bad.reason());
    };
  }

  private Login refreshed(Account account, Claims claims) {
    used.accept(account);
    return new Login.ByPassword(account.identity(), claims.credentials());
  }

  private Login bearer(String token) {
    return switch (tokens.access(token)) {
      case TokenVerifier.Verdict.Good good ->
          account(good.claims())
              .<Login>map(account -> new Login.ByToken(account.identity(), good.claims()))
              .orElseGet(Authenticator::closed);
      case TokenVerifier.Verdict.Expired expired ->
          account(expired.claims())
              .<Login>map(account -> new Login.ByExpiredToken(account.identity(), expired.claims()))
              .orElseGet(Authenticator::closed);
      case TokenVerifier.Verdict.Bad bad -> new Refused(Refused.Kind.TOKEN, TOKEN + bad.reason());
    };
  }

  /** A token counts for no more than its account does now. */
  private Optional<Account> account(Claims claims) {
    return directory
        .account(claims.principal().name())
        .filter(known -> known.isOpen(clock.instant()))
        .filter(known -> claims.credentials().stillOpen(known));
  }

  private static Refused closed() {
    return new Refused(
        Refused.Kind.TOKEN,
        TOKEN + "its account is closed, or has another password or secret since");
  }

  private Login basic(String credentials, ClientAddress client) {
    try {
      String decoded =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Base64.getDecoder().decode(credentials)))
              .toString();
      int colon = decoded.indexOf(':');
      if (colon >= 0) {
        return password(decoded.substring(0, colon), decoded.substring(colon + 1), client);
      }
    } catch (CharacterCodingException | IllegalArgumentException e) {
      // Said below, like credentials without a colon.
    }
    return new Refused(
        Refused.Kind.MALFORMED,
        "the header Authorization is not valid: expected base64 of <name>:<password>");
  }
}
