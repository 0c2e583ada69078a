package dev.meridian.node.auth;

import dev.meridian.model.RegionId;
import dev.meridian.node.limits.LoginLimits;
import dev.meridian.node.metadata.AccessQueries;
import java.time.InstantSource;
import java.util.function.Consumer;

/** The parts that know who asks, wired. */
public final class Auth implements AutoCloseable {

  private final AuthSettings settings;
  private final SigningKeys keys;
  private final QuorumContact contact;
  private final AccountDirectory directory;
  private final Authenticator authenticator;
  private final TokenService tokens;

  /**
   * @param region of this node
   * @param noteUse tells the plane that an account was used; may take its time
   */
  public Auth(
      RegionId region,
      AuthSettings settings,
      AccessQueries queries,
      SigningKeys keys,
      LoginLimits limits,
      InstantSource clock,
      Consumer<String> noteUse) {
    this.settings = settings;
    this.keys = keys;
    this.contact = new QuorumContact(queries, System::nanoTime);
    this.directory = new AccountDirectory(queries, contact, settings.disconnected());
    this.authenticator =
        new Authenticator(
            directory,
            new Passwords(directory, limits, clock),
            new TokenVerifier(keys, settings.service(), clock),
            clock,
            new LastUses(clock, noteUse)::note);
    this.tokens =
        new TokenService(
            region,
            directory,
            new TokenIssuer(keys, settings.service(), clock),
            clock,
            settings.tokenLife());
  }

  public AuthSettings settings() {
    return settings;
  }

  public SigningKeys keys() {
    return keys;
  }

  public AccountDirectory directory() {
    return directory;
  }

  public Authenticator authenticator() {
    return authenticator;
  }

  public TokenService tokens() {
    return tokens;
  }

  /** Begins to follow the plane, when logins are required. */
  public void start() {
    if (settings.required()) {
      contact.start();
    }
  }

  @Override
  public void close() {
    contact.close();
  }
}
