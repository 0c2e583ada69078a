package dev.meridian.controlplane.cli.access;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.secrets.PasswordHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A file as {@code htpasswd -B} writes it: a name and a bcrypt hash a line. */
final class HtpasswdFile {

  /** A line of it. */
  record Entry(AccountName name, PasswordHash hash) {}

  private HtpasswdFile() {}

  /**
   * Its entries.
   *
   * @throws AdminException when it cannot be read or some lines cannot be imported, all of which it
   *     names
   */
  static List<Entry> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw AdminException.failed("cannot read " + file + ": " + e.getMessage(), e);
    }
    List<Entry> entries = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    Set<AccountName> seen = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        Entry entry = parse(line);
        if (!seen.add(entry.name())) {
          throw new IllegalArgumentException("user " + entry.name() + " is there twice");
        }
        entries.add(entry);
      } catch (IllegalArgumentException e) {
        faults.add("line " + (i + 1) + ": " + e.getMessage());
      }
    }
    if (!faults.isEmpty()) {
      throw AdminException.failed(
          "nothing was imported from " + file + ":\n  " + String.join("\n  ", faults));
    }
    return entries;
  }

  /** Nothing of the hash is said: it may be a password. */
  private static Entry parse(String line) {
    int colon = line.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("expected NAME:HASH");
    }
    AccountName name = AccountName.parse(line.substring(0, colon));
    if (name.isRobot()) {
      throw new IllegalArgumentException(
          "user name "
              + name
              + " begins with "
              + AccountName.ROBOT_PREFIX
              + ", as only robots' do");
    }
    String hash = line.substring(colon + 1);
    try {
      PasswordHash parsed = PasswordHash.parse(hash);
      if (parsed.isBcrypt()) {
        return new Entry(name, parsed);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(notBcrypt(name), e);
    }
    throw new IllegalArgumentException(notBcrypt(name));
  }

  private static String notBcrypt(AccountName name) {
    return "the hash of user " + name + " is not bcrypt: expected what htpasswd -B writes";
  }
}
