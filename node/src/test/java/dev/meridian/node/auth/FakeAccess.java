package dev.meridian.node.auth;

import dev.meridian.access.Grant;
import dev.meridian.access.Identity;
import dev.meridian.access.Visibility;
import dev.meridian.model.Principal;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.AccessQueries;
import dev.meridian.node.metadata.Membership.SigningKey;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.secrets.PasswordHash;
import dev.meridian.secrets.RobotSecret;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** What the plane knows of access, in memory. */
public final class FakeAccess implements AccessQueries {

  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final Map<RepositoryName, Visibility> visibilities = new ConcurrentHashMap<>();
  private final Queue<String> used = new ConcurrentLinkedQueue<>();
  private volatile boolean cutOff;

  /** A user with a password. */
  public void user(String name, String password, Grant... grants) {
    put(name, Optional.of(PasswordHash.of(password)), List.of(), 1, grants);
  }

  /** A robot with a secret. */
  public void robot(String name, String secret, Grant... grants) {
    put(name, Optional.empty(), List.of(RobotSecret.hash(secret)), 1, grants);
  }

  /** What is granted to who has not logged in. */
  public void anonymous(Grant... grants) {
    put("", Optional.empty(), List.of(), 0, grants);
  }

  private void put(
      String name,
      Optional<PasswordHash> password,
      List<byte[]> secrets,
      long revision,
      Grant... grants) {
    accounts.put(
        name,
        new Account(
            new Identity(new Principal(name), Arrays.asList(grants)),
            false,
            Optional.empty(),
            password,
            secrets,
            Instant.EPOCH,
            revision));
  }

  /** Puts another account in the place of one. */
  public void replace(String name, UnaryOperator<Account> change) {
    accounts.computeIfPresent(name, (key, account) -> change.apply(account));
  }

  public void delete(String name) {
    accounts.remove(name);
  }

  public void visible(String repository, Visibility visibility) {
    visibilities.put(RepositoryName.parse(repository), visibility);
  }

  /** From now on no quorum answers. */
  public void cutOff(boolean value) {
    cutOff = value;
  }

  public boolean isCutOff() {
    return cutOff;
  }

  public void used(String name) {
    used.add(name);
  }

  /** The accounts of which the plane was told that they were used. */
  public List<String> used() {
    return List.copyOf(used);
  }

  @Override
  public Optional<Account> account(String name, long revision) {
    return Optional.ofNullable(accounts.get(name));
  }

  @Override
  public Visibility visibility(RepositoryName repository, long revision) {
    return visibilities.getOrDefault(repository, Visibility.PRIVATE);
  }

  @Override
  public long currentRevision(Duration deadline) {
    if (cutOff) {
      throw new MetadataUnavailableException("cut off", false, null);
    }
    return 7;
  }

  /** A key of a cluster. */
  public static SigningKey key(String id, long activeFromMillis) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new SigningKey(
          id, pair.getPrivate().getEncoded(), pair.getPublic().getEncoded(), activeFromMillis);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
