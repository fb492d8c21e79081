// A message centre of npm smpp, moved by JSON lines. Usage: node smpp_smsc.js PORT PASSWORD
// Orders: {do: "deliver", id, fields} to the bound client, {do: "throttle", count}, {do: "cut"}.
'use strict';
const readline = require('readline');
const smpp = require('smpp');

const [port, password] = [Number(process.argv[2]), process.argv[3]];
const tell = (event, data) => process.stdout.write(JSON.stringify({ event, ...data }) + '\n');
const hex = (value) => (value === undefined ? null : Buffer.from(value).toString('hex'));
// The library gives the elements of a header without the octet that counts them.
const header = (elements) => hex([Buffer.concat(elements).length, ...Buffer.concat(elements)]);
// The library knows codings up to 14 by name; USSD has its own numbers for the same alphabets.
const alphabet = (coding) => ((coding & 0x0f) === 8 ? smpp.encodings.UCS2 : smpp.encodings.ASCII);
let bound = null;
let messages = 0;
let throttled = 0;

function receipt(session, pdu, id) {
  session.send(new smpp.PDU('deliver_sm', {
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: 4,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2611230900 done date:2611230901 ` +
      'stat:DELIVRD err:000 text:',
    receipted_message_id: id,
    message_state: 2,
  }), (answer) => tell('receipt', { id, status: answer.command_status }));
}

function submitted(session, pdu) {
  if (throttled > 0) {
    throttled -= 1;
    session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
    return;
  }
  const id = `m${++messages}`;
  session.send(pdu.response({ message_id: id }));
  const message = pdu.message_payload || pdu.short_message;
  const decoded = message && message.message !== undefined ? message.message : message;
  const text = Buffer.isBuffer(decoded) ? alphabet(pdu.data_coding).decode(decoded) : decoded;
  tell('submit', {
    id,
    from: pdu.source_addr,
    to: pdu.destination_addr,
    text: String(text),
    coding: pdu.data_coding,
    udh: message && message.udh ? header(message.udh) : null,
    sar: pdu.sar_total_segments === undefined ? null
      : [pdu.sar_msg_ref_num, pdu.sar_total_segments, pdu.sar_segment_seqnum],
    service: pdu.service_type,
    receipt: Boolean(pdu.registered_delivery & 1),
    op: pdu.ussd_service_op === undefined ? null : pdu.ussd_service_op,
    session: hex(pdu.its_session_info),
  });
  if (pdu.registered_delivery & 1) setTimeout(() => receipt(session, pdu, id), 50);
}

function bind(session, pdu) {
  const right = pdu.password === password;
  session.send(pdu.response(right
    ? { system_id: 'NPM', sc_interface_version: 0x34 }
    : { command_status: smpp.ESME_RINVPASWD }));
  if (right) bound = session;
  tell(right ? 'bound' : 'refused', { command: pdu.command, system_id: pdu.system_id });
}

function connected(session) {
  for (const command of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
    session.on(command, (pdu) => bind(session, pdu));
  }
  session.on('submit_sm', (pdu) => submitted(session, pdu));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('error', (error) => tell('trouble', { reason: error.message }));
  session.on('close', () => { if (bound === session) bound = null; tell('closed', {}); });
}

function deliver({ id, fields }) {
  const { udh, its_session_info: info, text, ...rest } = fields;
  if (info) rest.its_session_info = Buffer.from(info, 'hex');
  const message = alphabet(rest.data_coding).encode(text);
  rest.short_message = udh ? { udh: Buffer.from(udh, 'hex'), message } : { message };
  bound.send(new smpp.PDU('deliver_sm', rest),
    (answer) => tell('taken', { id, status: answer.command_status }));
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.do === 'deliver') deliver(order);
  else if (order.do === 'throttle') throttled = order.count;
  else if (order.do === 'cut') bound.destroy();
});
smpp.createServer({}, connected).listen(port, '127.0.0.1', () => tell('ready', {}));
