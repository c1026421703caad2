FROM scratch
COPY agnhost /agnhost
ENTRYPOINT ["/agnhost"]
CMD ["pause"]
