/** What proves who somebody is: how it is made, kept as a hash, and compared. */
package dev.meridian.secrets;
