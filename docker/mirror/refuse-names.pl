# A name server that refuses every question at once (RFC 1035, RCODE 5): the lab knows no names beyond its own.
# Leaving port 53 closed is not enough: Linux sends one ICMP "port unreachable" a second to a host, other questions time out.
use strict;
use warnings;
use IO::Socket::INET;

my $socket = IO::Socket::INET->new(LocalPort => 53, Proto => 'udp') or die "port 53: $!";
while (1) {
  my $peer = $socket->recv(my $question, 4096);
  next unless defined $peer && length $question >= 12;
  my ($id, $flags, $questions) = unpack 'n3', $question;
  next if $flags & 0x8000;    # an answer, not a question
  # The question goes back without its additional records (EDNS), whose count would no longer be right.
  my $end = 12;
  $end += 1 + ord substr $question, $end, 1 while $end < length $question && ord substr $question, $end, 1;
  my $reply = pack('n6', $id, 0x8005 | ($flags & 0x7900), $questions, 0, 0, 0) . substr $question, 12, $end + 5 - 12;
  $socket->send($reply, 0, $peer);
}
