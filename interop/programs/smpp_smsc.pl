#!/usr/bin/perl
# A message centre of Net::SMPP, moved by JSON lines. Usage: perl smpp_smsc.pl PORT PASSWORD
# Orders: {do: "deliver", id, fields} to the bound client.
use strict;
use warnings;
use Encode qw(decode encode);
use IO::Select;
use JSON::PP;
use Net::SMPP;

my ($port, $password) = @ARGV;
my $json = JSON::PP->new->utf8->canonical;
my ($bound, $messages, %sent) = (undef, 0);
binmode STDOUT, ':raw';
$| = 1;

sub tell_event {
    my ($event, %data) = @_;
    print $json->encode({ event => $event, %data }), "\n";
}

sub hex_or_null { return defined $_[0] ? unpack('H*', $_[0]) : undef }

sub number_or_null {
    return undef unless defined $_[0];
    return unpack(length($_[0]) == 2 ? 'n' : 'C', $_[0]) + 0;
}

# The parts of a message carry a header of their own where bit 6 of esm_class is set.
sub submitted {
    my ($pdu) = @_;
    my $id = 'p' . ++$messages;
    $bound->submit_sm_resp(seq => $pdu->{seq}, status => 0, message_id => $id);
    my $octets = $pdu->{message_payload} // $pdu->{short_message};
    my $udh;
    if ($pdu->{esm_class} & 0x40) {
        my $length = 1 + unpack('C', $octets);
        ($udh, $octets) = (substr($octets, 0, $length), substr($octets, $length));
    }
    my $alphabet = ($pdu->{data_coding} & 0x0F) == 8 ? 'UTF-16BE' : 'gsm0338';
    my @sar = map { number_or_null($pdu->{$_}) }
        qw(sar_msg_ref_num sar_total_segments sar_segment_seqnum);
    tell_event(
        'submit',
        id      => $id,
        from    => $pdu->{source_addr},
        to      => $pdu->{destination_addr},
        text    => decode($alphabet, $octets),
        coding  => $pdu->{data_coding} + 0,
        udh     => hex_or_null($udh),
        sar     => defined $sar[1] ? \@sar : undef,
        service => $pdu->{service_type},
        receipt => $pdu->{registered_delivery} & 1 ? JSON::PP::true : JSON::PP::false,
        op      => number_or_null($pdu->{ussd_service_op}),
        session => hex_or_null($pdu->{its_session_info}),
    );
    receipt($pdu, $id) if $pdu->{registered_delivery} & 1;
}

sub receipt {
    my ($pdu, $id) = @_;
    my $seq = $bound->deliver_sm(
        async            => 1,
        source_addr      => $pdu->{destination_addr},
        destination_addr => $pdu->{source_addr},
        esm_class        => 4,
        short_message    => "id:$id sub:001 dlvrd:001 submit date:2611230900 "
            . 'done date:2611230901 stat:DELIVRD err:000 text:',
        receipted_message_id => "$id\0",
        message_state        => "\x02",
    );
    $sent{$seq} = { event => 'receipt', id => $id };
}

sub deliver {
    my ($order) = @_;
    my %fields = %{ $order->{fields} };
    my $text = delete $fields{text};
    my $octets = encode(($fields{data_coding} & 0x0F) == 8 ? 'UTF-16BE' : 'gsm0338', $text);
    if (my $udh = delete $fields{udh}) { $octets = pack('H*', $udh) . $octets }
    for my $name (qw(its_session_info)) {
        $fields{$name} = pack('H*', $fields{$name}) if defined $fields{$name};
    }
    $fields{ussd_service_op} = pack('C', $fields{ussd_service_op})
        if defined $fields{ussd_service_op};
    $fields{sar_msg_ref_num} = pack('n', $fields{sar_msg_ref_num})
        if defined $fields{sar_msg_ref_num};
    for my $name (qw(sar_total_segments sar_segment_seqnum)) {
        $fields{$name} = pack('C', $fields{$name}) if defined $fields{$name};
    }
    my $seq = $bound->deliver_sm(async => 1, %fields, short_message => $octets);
    $sent{$seq} = { event => 'taken', id => $order->{id} };
}

# Returns whether the connection stays.
sub handle {
    my ($peer, $pdu) = @_;
    my $cmd = $pdu->{cmd};
    if ($cmd == Net::SMPP::CMD_bind_transceiver()) {
        my $right = $pdu->{password} eq $password;
        $peer->bind_transceiver_resp(
            seq => $pdu->{seq}, status => $right ? 0 : 0x0E, system_id => 'PERL');
        $bound = $peer if $right;
        tell_event($right ? 'bound' : 'refused', system_id => $pdu->{system_id});
    }
    elsif ($cmd == Net::SMPP::CMD_submit_sm()) { submitted($pdu) }
    elsif ($cmd == Net::SMPP::CMD_deliver_sm_resp()) {
        my $order = delete $sent{ $pdu->{seq} };
        tell_event($order->{event}, id => $order->{id}, status => $pdu->{status} + 0) if $order;
    }
    elsif ($cmd == Net::SMPP::CMD_enquire_link()) {
        $peer->enquire_link_resp(seq => $pdu->{seq}, status => 0);
    }
    elsif ($cmd == Net::SMPP::CMD_unbind()) {
        $peer->unbind_resp(seq => $pdu->{seq}, status => 0);
        return 0;
    }
    return 1;
}

my $listener = Net::SMPP->new_listen(
    '127.0.0.1', port => $port, smpp_version => 0x34, listen => 5) or die "port $port: $!";
my $select = IO::Select->new($listener, \*STDIN);
my $orders = '';
tell_event('ready');
while (1) {
    for my $handle ($select->can_read) {
        if ($handle == $listener) {
            my $peer = $listener->accept;
            $select->add($peer) if $peer;
        }
        elsif ($handle == \*STDIN) {
            exit 0 unless sysread STDIN, $orders, 65536, length $orders;
            while ($orders =~ s/^(.*)\n//) { deliver($json->decode($1)) }
        }
        else {
            my $pdu = $handle->read_pdu;
            next if $pdu && handle($handle, $pdu);
            $select->remove($handle);
            $bound = undef if $bound && $handle == $bound;
            close $handle;
            tell_event('closed');
        }
    }
}
