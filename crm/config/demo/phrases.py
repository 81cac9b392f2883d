"""What a customer says: picked by what was asked, in the language it was asked in."""

import re
import zlib

from crm.config.demo.people import ENGLISH, PORTUGUESE

COMMON = {
    ENGLISH: {"the", "and", "you", "for", "with", "please", "thanks", "hello", "dear", "would",
              "is", "are", "we", "your", "our", "can", "this", "that", "have", "regards"},
    PORTUGUESE: {"o", "e", "você", "para", "com", "por", "favor", "obrigado", "obrigada", "olá",
                 "bom", "dia", "não", "uma", "um", "que", "nosso", "sua", "seu", "abraço", "de"},
}  # fmt: skip

# The first topic whose words appear decides; "other" when none does.
TOPICS = {
    "meeting": r"\b(call|meet|meeting|visit|demo|tomorrow|monday|tuesday|wednesday|thursday|friday"
    r"|reunião|visita|ligação|ligar|amanhã|segunda|terça|quarta|quinta|sexta|horário)\b",
    "price": r"\b(price|quote|offer|discount|proposal|cost|invoice|order"
    r"|preço|proposta|orçamento|desconto|custo|nota|pedido|valor)\b",
    "delivery": r"\b(deliver|delivery|ship|shipment|install|arrive"
    r"|entrega|entregar|envio|frete|instalação|instalar|prazo)\b",
    "trouble": r"\b(sorry|problem|issue|delay|mistake|desculp\w*|problema|atraso|erro)\b",
    "question": r"\?",
}

SAYINGS = {
    ENGLISH: {
        "meeting": (
            "Works for me. Thursday at 10:00 would be best, Friday after lunch is fine too."
            "\n\nCould you send an invitation? I will bring our warehouse lead along.",
            "Happy to talk. I am on the floor until noon, so any time after 14:00 is good.",
        ),
        "price": (
            "Thanks for the figures. Before I take them upstairs: does the price include the"
            " service contract for the first year, and how long is it valid?",
            "That is close to what we had in mind. If you can hold the unit price for forty"
            " pieces instead of fifty, I think we have a deal.",
        ),
        "delivery": (
            "Good to know. Our dock takes deliveries from 6:30 to 15:00, please tell the driver"
            " to ask for gate 4.",
            "The date works for us. We will clear the aisle the evening before.",
        ),
        "trouble": (
            "No harm done, these things happen. Please just keep me posted until it is solved.",
            "Thank you for being open about it. When do you expect it to be fixed?",
        ),
        "question": (
            "Good question. I asked our people and the short answer is yes, from next month on.",
            "Let me check with the team. My first guess is about twenty-five, in two shifts.",
        ),
        "other": (
            "Thanks for the quick answer, this helps a lot.\n\nI will pass it on to my colleagues"
            " and come back to you by the end of the week.",
            "Got it, thank you. One more thing: who do we call when a device fails at night?",
        ),
        "closing": (
            "Perfect, then we are all set. Thank you for your help!",
            "All clear now. Talk soon!",
        ),
    },
    PORTUGUESE: {
        "meeting": (
            "Para mim está ótimo. Quinta às 10h seria o melhor; sexta depois do almoço também"
            " dá.\n\nPode mandar o convite? Vou levar o nosso encarregado do armazém.",
            "Vamos conversar, sim. Fico no galpão até o meio-dia, depois das 14h estou livre.",
        ),
        "price": (
            "Obrigado pelos valores. Antes de levar para a diretoria: o preço inclui o contrato"
            " de manutenção do primeiro ano? E até quando vale a proposta?",
            "Está perto do que tínhamos pensado. Se vocês mantiverem o preço unitário para"
            " quarenta peças em vez de cinquenta, acho que fechamos.",
        ),
        "delivery": (
            "Bom saber. Nossa doca recebe das 6h30 às 15h; peça ao motorista para procurar o"
            " portão 4, por favor.",
            "A data está boa para nós. Vamos liberar o corredor na noite anterior.",
        ),
        "trouble": (
            "Sem problema, acontece. Só me avise, por favor, até que esteja resolvido.",
            "Obrigado pela transparência. Quando vocês acham que fica pronto?",
        ),
        "question": (
            "Boa pergunta. Falei com o pessoal e a resposta curta é sim, a partir do mês que vem.",
            "Vou confirmar com a equipe. De cabeça, são umas vinte e cinco, em dois turnos.",
        ),
        "other": (
            "Obrigado pela resposta rápida, ajudou muito.\n\nVou passar para os meus colegas e"
            " volto a falar com você até o fim da semana.",
            "Entendi, obrigado. Só mais uma coisa: para quem ligamos se um equipamento falhar"
            " à noite?",
        ),
        "closing": (
            "Perfeito, então está tudo certo. Obrigado pela ajuda!",
            "Tudo claro agora. Até breve!",
        ),
    },
}


def language_of(text: str, otherwise: str = ENGLISH) -> str:
    """English or Portuguese, by the small words; `otherwise` when neither stands out."""
    words = re.findall(r"\w+", text.lower())
    scores = {language: sum(w in known for w in words) for language, known in COMMON.items()}
    if abs(scores[ENGLISH] - scores[PORTUGUESE]) < 2:
        return otherwise
    return max(scores, key=lambda language: scores[language])


def answer(words: str, *, language: str, count: int) -> str:
    """The customer's `count`-th answer in a conversation, to what they were just told.

    The same words always get the same answer.
    """
    topic = next((name for name, sign in TOPICS.items() if re.search(sign, words.lower())), "other")
    if count >= 3:
        topic = "closing"
    sayings = SAYINGS[language][topic]
    return sayings[(zlib.crc32(words.encode()) + count) % len(sayings)]
