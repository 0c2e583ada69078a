/** Who may do what: accounts, grants and rules, how commands change them, and who did it. */
package dev.meridian.controlplane.apply.access;
