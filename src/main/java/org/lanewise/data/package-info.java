/** Sets of samples: read from files, checked against the network that is to learn from them. */
package org.lanewise.data;
